#include "bnlab/lab/meters/drift.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/lab/trials/probe.hpp"

namespace bnlab {
namespace {

struct Moments {
  double mean = 0, deviation = 0;
};

// Of each unit (column) over the images.
std::vector<Moments> moments_of(const Tensor& x) {
  std::vector<Moments> moments(x.cols());
  const double N = static_cast<double>(x.rows());
  for (std::size_t d = 0; d < x.cols(); ++d) {
    double sum = 0, squares = 0;
    for (std::size_t n = 0; n < x.rows(); ++n) sum += static_cast<double>(x(n, d));
    const double mean = sum / N;
    for (std::size_t n = 0; n < x.rows(); ++n) {
      const double centred = static_cast<double>(x(n, d)) - mean;
      squares += centred * centred;
    }
    moments[d] = {mean, std::sqrt(squares / N)};
  }
  return moments;
}

// CS.1, averaged over the units, in units of their mean deviation. In a layer whose units are all dead this unit is
// nearly 0: without a limit one such look would outweigh all others, by many powers of ten.
double drift_between(const std::vector<Moments>& before, const std::vector<Moments>& after) {
  double distance = 0, deviation = 0;
  for (std::size_t d = 0; d < before.size(); ++d) {
    distance += std::hypot(after[d].mean - before[d].mean, after[d].deviation - before[d].deviation);
    deviation += before[d].deviation;
  }
  constexpr double kMost = 1e3;
  if (distance == 0) return 0;
  return std::min(distance / deviation, kMost);
}

class DriftMeter : public Meter {
 public:
  static constexpr std::size_t kStepsBetween = 10;

  void at_start(const Workbench& bench) override {
    images_ = probe_batch(bench);
    look(bench);
  }

  void after_step(const Workbench& bench, std::size_t step) override {
    if (step % kStepsBetween == 0) look(bench);
  }

  void at_end(const Workbench&, Measurements& measured) override {
    double sum = 0;
    for (const double one : drift_) sum += one;
    measured.values["drift"] = drift_.empty() ? 0 : sum / static_cast<double>(drift_.size());
    measured.curves["drift"] = drift_;
  }

 private:
  void look(const Workbench& bench) {
    std::vector<std::vector<Moments>> now;
    for (const Tensor& x : activation_inputs(bench.run.network, images_)) now.push_back(moments_of(x));
    double sum = 0;
    for (std::size_t layer = 0; layer < last_.size(); ++layer) sum += drift_between(last_[layer], now[layer]);
    const double drift = sum / static_cast<double>(now.size());
    if (!last_.empty() && std::isfinite(drift)) drift_.push_back(drift);
    last_ = now;
  }

  Batch images_;
  std::vector<std::vector<Moments>> last_;  // of each activation's input
  std::vector<double> drift_;
};

}  // namespace

std::unique_ptr<Meter> drift_meter() { return std::make_unique<DriftMeter>(); }

}  // namespace bnlab
