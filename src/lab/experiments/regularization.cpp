// Does batch normalization regularize, so that dropout is not needed?
//
// Few images and many epochs: the networks overfit. They are compared at the end, and where their training losses are
// equal, as a network that fits faster also overfits earlier. Also with the plain network that has centred inputs: that
// batch normalization takes the mean of the inputs away is no regularization.
#include "bnlab/lab/meters/overfitting.hpp"
#include "bnlab/lab/trials/answer.hpp"
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

constexpr const char* kDropout = "dropout";
constexpr const char* kBoth = "both";

}  // namespace

Experiment regularization(const Size& size) {
  Experiment e;
  e.name = "regularization";
  e.claim = "Batch normalization regularizes, which reduces or eliminates the need for dropout.";
  e.hypothesis =
      "With few images and many epochs the test loss is lower with batch normalization than without, at the end of "
      "training and where the training losses are equal, also where the plain network is given centred inputs.";
  e.measure = "test_loss";
  e.in_words = "the test loss";
  e.not_shown =
      "Learning rate (Adam, 0.001) and dropout (0.5) are fixed, and images are not augmented; it does not show what "
      "happens where batch normalization allows a rate that the plain network cannot use.";
  e.see = "docs/batchnorm.md";

  const auto arm = [](const char* name, const char* norm, double dropout) {
    return Arm{name, [=](Trial& trial) {
                 trial.run.architecture.norm = norm;
                 trial.run.architecture.dropout = dropout;
               }};
  };
  e.arms = {arm(kPlain, "none", 0), centred_arm(), arm(kBatchNorm, "batch", 0), arm(kDropout, "none", 0.5),
            arm(kBoth, "batch", 0.5)};
  e.base.run.architecture.hidden = size.of<std::vector<std::size_t>>({512}, {256});
  e.base.run.training.epochs = size.of<std::size_t>(30, 15);
  e.varied = "training images";
  e.sweep.clear();
  for (const std::size_t images : size.of<std::vector<std::size_t>>({500, 2000}, {500})) {
    e.sweep.push_back(
        {std::to_string(images), [=](Trial& trial) { trial.images = images; }, static_cast<double>(images)});
  }
  e.tables = {"test_loss", "accuracy", "loss"};
  e.meter = overfitting_meter;

  e.read = [](const Results& r) {
    Reading reading;
    std::vector<std::string> others;
    for (const Point& point : r.experiment().sweep) {
      const Which plain{kPlain, point.name};
      const std::string images = point.name + " images";
      const Which treated{kBatchNorm, point.name};
      for (const char* control : {kPlain, kCentred}) {
        const Which runs{control, point.name};
        const std::string against = control == kPlain ? "" : std::string(" against ") + control;
        reading.comparisons.push_back(r.compare(runs, treated, Claimed::lower, images + " at the end" + against));
        reading.comparisons.push_back(
            at_equal_training_loss(r, runs, treated, images + " at equal training loss" + against));
      }
      for (const char* other : {kCentred, kBatchNorm, kDropout, kBoth}) {
        const Estimate accuracy =
            paired_estimate(r.values(plain, "accuracy"), r.values({other, point.name}, "accuracy"));
        others.push_back(format("%s %+.2f points (%+.2f to %+.2f) with %s", other, 100 * accuracy.mean,
                                100 * accuracy.low, 100 * accuracy.high, images.c_str()));
      }
    }
    reading.remarks = {"Test accuracy against the plain network: " + enumerated(others) + "."};
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{
        .title = "Test loss against training loss, from right to left in training", .description = "", .panels = {}};
    for (const Point& point : r.experiment().sweep) {
      const Panel x = curve_panel(r, "training_loss", point.name, RateKind::shared, "", 1, "");
      Panel panel = curve_panel(r, "test_loss", point.name, RateKind::shared, point.name + " training images", 1, "");
      panel.x = {.label = "training loss (evaluation mode)", .log = true, .names = {}};
      panel.y.label = "test loss";
      for (std::size_t s = 0; s < panel.series.size(); ++s) {
        for (std::size_t i = 0; i < panel.series[s].marks.size(); ++i) {
          panel.series[s].marks[i].x = x.series[s].marks[i].y;
        }
      }
      figure.panels.push_back(panel);
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
