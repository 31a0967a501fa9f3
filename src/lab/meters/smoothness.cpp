#include "bnlab/lab/meters/smoothness.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/lab/trials/probe.hpp"

namespace bnlab {
namespace {

class SmoothnessMeter : public Meter {
 public:
  static constexpr std::size_t kStepsBetween = 25;

  void at_start(const Workbench& bench) override { images_ = probe_batch(bench, 128); }

  void after_step(const Workbench& bench, std::size_t step) override {
    if (step % kStepsBetween == 0) look(bench);
  }

  void at_end(const Workbench&, Measurements& measured) override {
    measured.values["loss_range"] = mean(range_);
    measured.values["gradient_change"] = mean(change_);
    measured.curves["loss_range"] = range_;
    measured.curves["gradient_change"] = change_;
  }

 private:
  static double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double x : values) sum += x;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
  }

  static double distance(const Gradient& a, const Gradient& b) {
    double squares = 0;
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
      squares += (a.entries[i] - b.entries[i]) * (a.entries[i] - b.entries[i]);
    }
    return std::sqrt(squares);
  }

  // Half a step of the optimizer, one, two and four. Where the loss or the gradient overflows on the way, range and change
  // count as the most there can be.
  void look(const Workbench& bench) {
    Network network = bench.run.network;
    const Gradient here = gradient_of(network, images_);
    double least = here.loss, most = here.loss, change = 0;
    bool finite = std::isfinite(here.loss);
    for (const double steps : {0.5, 1.0, 2.0, 4.0}) {
      Network moved = bench.run.network;
      descend(moved, here, steps * bench.trial.run.optimizer.lr);
      const Gradient there = gradient_of(moved, images_);
      least = std::min(least, there.loss);
      most = std::max(most, there.loss);
      const double distance_there = distance(here, there);
      change = std::max(change, distance_there);
      // A comparison with NaN is false, so least, most and change would not show one.
      finite = finite && std::isfinite(there.loss) && std::isfinite(distance_there);
    }
    const double most_range = 10 * loss_of_guessing(bench.images.train.data->classes), most_change = 1e3;
    range_.push_back(finite ? std::min(most - least, most_range) : most_range);
    change_.push_back(finite ? std::min(change, most_change) : most_change);
  }

  Batch images_;
  std::vector<double> range_, change_;
};

}  // namespace

std::unique_ptr<Meter> smoothness_meter() { return std::make_unique<SmoothnessMeter>(); }

}  // namespace bnlab
