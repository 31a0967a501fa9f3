// Does batch normalization make the loss smoother, so that gradients can be trusted further away?
//
// As in Santurkar et al. (2018, figure 4): along the direction of the gradient, how far the loss ranges and how much the
// gradient changes. A plateau is smooth as well, so a network that has not learned is never called smooth.
#include "bnlab/lab/meters/smoothness.hpp"

#include "bnlab/lab/trials/answer.hpp"
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {

Experiment smoothness(const Size& size) {
  Experiment e;
  e.name = "smoothness";
  e.claim = "Batch normalization makes the loss landscape smoother.";
  e.hypothesis =
      "Along the gradient (half a step to four), the loss ranges less with batch normalization than without, where "
      "both networks learn.";
  e.measure = "loss_range";
  e.in_words = "the range of the loss along the gradient";
  e.not_shown =
      "It looks in one direction, and over steps whose length is the learning rate times the gradient's; it does not "
      "show that smoothness is why a network trains faster.";
  e.see = "docs/batchnorm.md";

  e.arms = {plain_arm(), centred_arm(), batchnorm_arm()};
  e.base.run.architecture.hidden = {128, 128};
  e.base.run.optimizer.name = "sgd";
  e.base.steps = size.of<std::size_t>(450, 150);
  e.varied = "learning rate";
  e.sweep.clear();
  for (const double lr : {0.03, 0.1, 0.3}) {
    e.sweep.push_back({format("%g", lr), [=](Trial& trial) { trial.run.optimizer.lr = lr; }, lr});
  }
  e.tables = {"loss_range", "gradient_change", "loss", "learned"};
  e.meter = smoothness_meter;

  e.read = [](const Results& r) {
    Reading reading;
    std::vector<std::string> changes;
    for (const Point& point : r.experiment().sweep) {
      for (const char* control : {kPlain, kCentred}) {
        reading.comparisons.push_back(r.compare({control, point.name}, {kBatchNorm, point.name}, Claimed::lower,
                                                "rate " + point.name + " against " + control));
        reading.comparisons.back().needs_both_learned = true;
      }
      if (!r.learned({kPlain, point.name}) || !r.learned({kBatchNorm, point.name})) continue;
      const Estimate change = paired_estimate(r.values({kPlain, point.name}, "gradient_change"),
                                              r.values({kBatchNorm, point.name}, "gradient_change"));
      changes.push_back(
          format("%+.3f (%+.3f to %+.3f) at rate %s", change.mean, change.low, change.high, point.name.c_str()));
    }
    if (!changes.empty()) {
      reading.remarks = {
          "The change of the gradient along its direction where both learned, batch normalization less plain: " +
          enumerated(changes) + "."};
    }
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Range of the loss along the gradient", .description = "", .panels = {}};
    for (const Point& point : r.experiment().sweep) {
      figure.panels.push_back(curve_panel(r, "loss_range", point.name, RateKind::shared, "learning rate " + point.name,
                                          static_cast<double>(r.experiment().base.steps), "step"));
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
