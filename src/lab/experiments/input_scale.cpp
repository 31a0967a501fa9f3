// Does batch normalization cope with inputs of any scale and distribution?
//
// The training and test images are changed alike. A network that copes trains as well as on images that are not changed.
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

constexpr const char* kUnchanged = "unchanged";

// By how much the loss exceeds that on images that are not changed, for each seed.
std::vector<double> harm(const Results& r, const std::string& arm, const std::string& change) {
  std::vector<double> harm = r.values({arm, change}, "loss");
  const std::vector<double> unchanged = r.values({arm, kUnchanged}, "loss");
  for (std::size_t s = 0; s < harm.size(); ++s) harm[s] -= unchanged[s];
  return harm;
}

}  // namespace

Experiment input_scale(const Size& size) {
  Experiment e;
  e.name = "input-scale";
  e.claim = "Batch normalization copes with inputs of different scales and distributions.";
  e.hypothesis =
      "Where all inputs are multiplied, or shifted, or one of them is multiplied by 1000, the training loss grows less "
      "with batch normalization than without.";
  e.measure = "harm";
  e.in_words = "the harm, by which the change of the inputs raises the training loss,";
  e.not_shown =
      "All runs have one learning rate, and nothing prepares the inputs after they were changed: it does not show that "
      "the plain network could not train on them with another rate, or standardized.";
  e.see = "docs/batchnorm.md";

  e.arms = {plain_arm(), batchnorm_arm()};
  e.base.run.architecture.hidden = {64};
  e.base.run.optimizer.name = "sgd";
  e.base.run.optimizer.lr = 0.1;
  e.base.steps = size.of<std::size_t>(250, 120);
  e.base.all_statistics = true;
  e.varied = "change of the inputs";
  const auto multiplied = [](double factor) { return [=](Trial& trial) { trial.inputs.factor = factor; }; };
  e.sweep = {{kUnchanged},
             {"all × 0.01", multiplied(0.01)},
             {"all × 0.1", multiplied(0.1)},
             {"all × 10", multiplied(10)},
             {"all × 100", multiplied(100)},
             {"all + 10", [](Trial& trial) { trial.inputs.shift = 10; }},
             {"one × 1000", [](Trial& trial) { trial.inputs.middle_factor = 1000; }}};
  e.tables = {"loss", "accuracy", "accuracy_population"};

  e.read = [](const Results& r) {
    Reading reading;
    for (const Point& point : r.experiment().sweep) {
      if (point.name == kUnchanged) continue;
      Comparison comparison =
          r.compare({kPlain, point.name}, {kBatchNorm, point.name}, "loss", Claimed::lower, point.name);
      comparison.control = harm(r, kPlain, point.name);
      comparison.treated = harm(r, kBatchNorm, point.name);
      reading.comparisons.push_back(comparison);
    }
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Inputs of different scales", .description = "", .panels = {}};
    for (const char* measure : {"loss", "accuracy", "accuracy_population"}) {
      figure.panels.push_back(sweep_panel(r, measure, RateKind::shared, false));
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
