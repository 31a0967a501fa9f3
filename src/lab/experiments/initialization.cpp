// Does batch normalization make training less dependent on the initial weights?
//
// The weights of the hidden layers are multiplied by a scale. The last Linear keeps its own, as no normalization stands
// behind it.
#include <algorithm>

#include "bnlab/lab/trials/answer.hpp"
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

const std::vector<std::string> kOptimizers = {"sgd", "adam"};

std::string under(const std::string& arm, const std::string& optimizer) { return arm + ", " + optimizer; }

// For each seed, at how many of the scales the network learned.
std::vector<double> scales_learned(const Results& r, const std::string& arm) {
  std::vector<double> count;
  for (const Point& point : r.experiment().sweep) {
    const std::vector<double> learned = r.values({arm, point.name}, "learned");
    count.resize(learned.size(), 0);
    for (std::size_t s = 0; s < learned.size(); ++s) count[s] += learned[s];
  }
  return count;
}

bool any_learned(const std::vector<double>& scales) {
  return std::any_of(scales.begin(), scales.end(), [](double count) { return count > 0; });
}

bool learned_from_all(const Results& r, const std::vector<double>& scales) {
  const auto all = static_cast<double>(r.experiment().sweep.size());
  return std::all_of(scales.begin(), scales.end(), [&](double count) { return count == all; });
}

// Which arms reach the ends of the sweep, so that more scales would make their number larger; empty: none.
std::string from_all_scales(const Results& r) {
  std::vector<std::string> arms;
  for (const Arm& arm : r.experiment().arms) {
    if (learned_from_all(r, scales_learned(r, arm.name))) arms.push_back(arm.name);
  }
  if (arms.empty()) return "";
  return "Learned from all of them, in every seed: " + enumerated(arms) + ". Where it ends these runs do not show.";
}

}  // namespace

Experiment initialization(const Size& size) {
  Experiment e;
  e.name = "initialization";
  e.claim = "Batch normalization reduces the dependence on initialization.";
  e.hypothesis =
      "In a network of 8 hidden layers of 64, whose initial weights (Kaiming's) are multiplied by scales from 0.001 to "
      "10, more of the scales let it learn with batch normalization than without.";
  e.measure = "scales_learned";
  e.in_words = "the number of scales of the initial weights from which it learned";
  e.not_shown =
      "Each optimizer has one learning rate, and it does not show that the initial weights do not matter: with batch "
      "normalization the loss, too, differs from scale to scale.";
  e.see = "docs/batchnorm.md";

  for (const std::string& optimizer : kOptimizers) {
    for (const Arm& arm : {plain_arm(), batchnorm_arm()}) {
      e.arms.push_back({under(arm.name, optimizer), [=](Trial& trial) {
                          arm.apply(trial);
                          trial.run.optimizer.name = optimizer;
                          trial.run.optimizer.lr = optimizer == "sgd" ? 0.1 : 1e-3;
                        }});
    }
  }
  e.base.run.architecture.hidden.assign(8, 64);
  e.base.run.init.method = "kaiming";
  e.base.steps = size.of<std::size_t>(250, 120);
  e.varied = "scale of the initial weights of the hidden layers";
  e.sweep.clear();
  const std::vector<double> scales =
      size.of<std::vector<double>>({0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}, {0.001, 0.01, 0.1, 0.3, 1, 3, 10});
  for (const double scale : scales) {
    e.sweep.push_back({format("%g", scale), [=](Trial& trial) { trial.run.init.scale = scale; }, scale});
  }
  e.tables = {"accuracy", "loss"};

  e.read = [](const Results& r) {
    Reading reading;
    for (const std::string& optimizer : kOptimizers) {
      Comparison comparison;
      comparison.on = optimizer;
      comparison.control = scales_learned(r, under(kPlain, optimizer));
      comparison.treated = scales_learned(r, under(kBatchNorm, optimizer));
      comparison.claimed = Claimed::higher;
      comparison.control_learned = any_learned(comparison.control);
      comparison.treated_learned = any_learned(comparison.treated);
      // A network that learns from no scale at all does not depend on it either.
      comparison.needs_both_learned = !comparison.control_learned;
      if (learned_from_all(r, comparison.control) && learned_from_all(r, comparison.treated)) {
        comparison.open = "both learned from every scale: more extreme ones are needed";
      }
      reading.comparisons.push_back(comparison);
    }
    reading.remarks = {format("%zu scales were tried.", r.experiment().sweep.size())};
    const std::string at_limit = from_all_scales(r);
    if (!at_limit.empty()) reading.remarks.push_back(at_limit);
    return reading;
  };

  e.draw = [](const Results& r) {
    return Figure{.title = "Accuracy against the scale of the initial weights",
                  .description = "",
                  .panels = {sweep_panel(r, "accuracy", RateKind::shared, true)}};
  };
  return e;
}

}  // namespace bnlab
