// Does batch normalization reduce internal covariate shift, and does it train faster for that reason?
//
// What drift is, drift.hpp says. The noisy arms (noise.hpp) move the distributions on purpose, as Santurkar et al. (2018)
// did.
#include "bnlab/lab/meters/drift.hpp"
#include "bnlab/lab/trials/answer.hpp"
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

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
  e.meter = drift_meter;

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
