// Does batch normalization reduce internal covariate shift, and does it train faster for that reason?
//
// Drift is measured on images that stay the same: how far the distribution of each activation's input moves between two
// looks. With mean m and deviation s of a unit over the images, the distance of two normal distributions (Wasserstein's,
// of order 2) is
//
//   CS.1   sqrt((m' - m)² + (s' - s)²)
//
// Its mean over the units of a layer, in units of the layer's mean deviation, is averaged over layers and looks. The
// noisy arms (noise.hpp) move the distributions on purpose, as Santurkar et al. (2018) did.
#include <algorithm>
#include <cmath>

#include "bnlab/lab/trials/answer.hpp"
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"
#include "bnlab/lab/trials/probe.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kStepsBetween = 10;

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

std::string noisy(double r) { return format("noisy %g", r); }
const std::vector<double> kNoise = {0.5, 1, 2};

// The mechanism: more drift than a plain network, so a higher loss. Noise that does not make the drift larger says nothing of
// it, nor does a plain network that has not learned. What is left out is said in a remark.
void compare_with_noise(const Results& r, const Which& control, Reading& reading) {
  const std::string at_rate = "at rate " + control.point;
  if (!r.learned(control)) {
    reading.remarks.push_back("The network '" + control.arm + "' did not learn " + at_rate +
                              ", so no noisy network is compared with it.");
    return;
  }
  std::vector<std::string> left_out;
  for (const double noise : kNoise) {
    const Which noisy_runs{noisy(noise), control.point};
    const Estimate drift = paired_estimate(r.values(control, "drift"), r.values(noisy_runs, "drift"));
    if (drift.low <= 0) {
      left_out.push_back(noisy(noise));
      continue;
    }
    reading.comparisons.push_back(r.compare(noisy_runs, control, "loss", Claimed::lower,
                                            "loss of " + control.arm + " against " + noisy(noise) + " " + at_rate));
  }
  if (left_out.empty()) return;
  reading.remarks.push_back("The drift of " + enumerated(left_out) + " was not larger than that of '" + control.arm +
                            "' " + at_rate + " beyond noise, so they are not compared.");
  if (left_out.size() < kNoise.size()) return;
  reading.comparisons.push_back(
      r.compare({left_out.back(), control.point}, control, "loss", Claimed::lower,
                "loss of " + control.arm + " against a network that drifts more, " + at_rate));
  reading.comparisons.back().open = "no noise made the drift larger than that of '" + control.arm + "' beyond noise";
}

}  // namespace

Experiment covariate_shift(const Size& size) {
  Experiment e;
  e.name = "covariate-shift";
  e.claim = "Batch normalization works by reducing internal covariate shift.";
  e.hypothesis =
      "The drift of the activations' inputs is lower with batch normalization; and where noise behind it makes the "
      "drift larger than the plain network's, training is slower than the plain network's.";
  e.measure = "drift";
  e.in_words = "what the claim expects to be lower (drift, or the plain network's loss beside the noisy one's)";
  e.not_shown =
      "Drift of means and deviations is one definition of covariate shift among several, and how much noise is enough "
      "to slow training is not a property of batch normalization.";
  e.see = "docs/batchnorm.md";

  e.arms = {plain_arm(), centred_arm(), batchnorm_arm()};
  for (const double r : kNoise) {
    e.arms.push_back({noisy(r), [=](Trial& trial) {
                        trial.run.architecture.norm = "batch";
                        trial.noise = r;
                      }});
  }
  e.base.run.architecture.hidden.assign(3, 100);
  e.base.run.optimizer.name = "sgd";
  e.base.steps = size.of<std::size_t>(400, 150);
  e.varied = "learning rate";
  e.sweep.clear();
  for (const double lr : {0.1, 0.3}) {
    e.sweep.push_back({format("%g", lr), [=](Trial& trial) { trial.run.optimizer.lr = lr; }, lr});
  }
  e.tables = {"drift", "loss", "learned"};
  e.meter = [] { return std::make_unique<DriftMeter>(); };

  e.read = [](const Results& r) {
    Reading reading;
    for (const Point& point : r.experiment().sweep) {
      for (const char* arm : {kPlain, kCentred}) {
        const Which control{arm, point.name};
        const std::string against = arm == kPlain ? "" : std::string(" against ") + arm;
        reading.comparisons.push_back(
            r.compare(control, {kBatchNorm, point.name}, Claimed::lower, "drift" + against + " at rate " + point.name));
        reading.comparisons.back().needs_both_learned = true;
        compare_with_noise(r, control, reading);
      }
    }
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Drift and training loss", .description = "", .panels = {}};
    for (const Point& point : r.experiment().sweep) {
      Panel panel{.title = "learning rate " + point.name,
                  .x = {.label = "drift", .log = true, .names = {}},
                  .y = {.label = "training loss (mean over all steps)", .log = false, .names = {}},
                  .series = {}};
      for (const Arm& arm : r.experiment().arms) {
        const double drift = r.mean({arm.name, point.name}, "drift").mean;
        panel.series.push_back({arm.name, {mark_of(drift, r.values({arm.name, point.name}, "loss"))}});
      }
      figure.panels.push_back(panel);
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
