#include "bnlab/lab/meters/gradients.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/lab/trials/probe.hpp"
#include "bnlab/train/watch.hpp"

namespace bnlab {
namespace {

// The norm of each Linear's gradient, from the first layer to the last.
std::vector<double> weight_gradient_norms(const Network& network, const Batch& images) {
  std::vector<double> norms;
  for (const LayerStatistics& layer : layer_statistics(network, images)) norms.push_back(layer.gradient_norm);
  return norms;
}

class GradientMeter : public Meter {
 public:
  void at_start(const Workbench& bench) override {
    images_ = probe_batch(bench);
    at_start_ = weight_gradient_norms(bench.run.network, images_);
  }

  void at_end(const Workbench& bench, Measurements& measured) override {
    std::vector<double>& curve = measured.curves["norm_at_start"];
    for (const double norm : at_start_) curve.push_back(std::isfinite(norm) ? norm : std::pow(10, kVanished));
    measured.values["imbalance"] = imbalance(at_start_);
    measured.values["ratio_log10"] = log_ratio(at_start_);
    measured.values["imbalance_at_end"] =
        bench.run.diverged() ? kVanished : imbalance(weight_gradient_norms(bench.run.network, images_));
  }

 private:
  // What counts where a gradient has vanished altogether, or is no number: it must not be taken for a balanced one.
  static constexpr double kVanished = 30;

  // log10 of the second layer's norm over the last hidden layer's. Gradients that are 0 have vanished altogether.
  static double log_ratio(const std::vector<double>& norms) {
    const double kLeast = std::pow(10, -kVanished);
    const double ratio = std::log10(std::max(norms[1], kLeast) / std::max(norms[norms.size() - 2], kLeast));
    return std::isfinite(ratio) ? ratio : kVanished;
  }
  static double imbalance(const std::vector<double>& norms) { return std::fabs(log_ratio(norms)); }

  Batch images_;
  std::vector<double> at_start_;
};

}  // namespace

std::unique_ptr<Meter> gradient_meter() { return std::make_unique<GradientMeter>(); }

}  // namespace bnlab
