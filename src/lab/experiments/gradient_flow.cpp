// Does batch normalization improve the flow of gradients through a deep network?
//
// All hidden layers but the first have the same shape, so the norms of their gradients can be compared. Where gradients
// vanish on the way back, the second layer's is many powers of ten below the last one's.
#include <algorithm>
#include <cmath>

#include "bnlab/lab/meters/gradients.hpp"
#include "bnlab/lab/trials/answer.hpp"
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kDepth = 10;
const std::vector<std::string> kInits = {"default init", "good init"};

std::string with_init(const std::string& arm, const std::string& init) { return arm + ", " + init; }

}  // namespace

Experiment gradient_flow(const Size& size) {
  Experiment e;
  e.name = "gradient-flow";
  e.claim = "Batch normalization improves the gradient flow through the network: it prevents vanishing gradients.";
  e.hypothesis =
      "With the initial weights of a network of 10 hidden layers, the gradient's norm in the second layer is nearer to "
      "that in the tenth with batch normalization than without, with default and with good initial weights.";
  e.measure = "imbalance";
  e.in_words = "the imbalance of the gradients (by how many powers of ten the second and tenth layer's norms differ)";
  e.not_shown =
      "Balanced gradients at the start are not faster training, and these are fully connected layers without "
      "shortcuts.";
  e.see = "docs/batchnorm.md";

  for (const std::string& init : kInits) {
    for (const Arm& arm : {plain_arm(), batchnorm_arm()}) {
      e.arms.push_back({with_init(arm.name, init), [=](Trial& trial) {
                          arm.apply(trial);
                          if (init == kInits[1]) trial.run.init.method = good_init(trial.run.architecture.activation);
                        }});
    }
  }
  e.base.run.architecture.hidden.assign(kDepth, 64);
  e.base.steps = size.of<std::size_t>(200, 50);
  e.base.images = size.of<std::size_t>(0, 2000);
  e.varied = "activation";
  e.sweep.clear();
  for (const char* activation : {"relu", "tanh", "sigmoid"}) {
    e.sweep.push_back({activation, [=](Trial& trial) { trial.run.architecture.activation = activation; }});
  }
  e.tables = {"imbalance", "imbalance_at_end", "loss"};
  e.meter = gradient_meter;

  e.read = [](const Results& r) {
    Reading reading;
    std::vector<std::string> growth;
    for (const Point& point : r.experiment().sweep) {
      for (const std::string& init : kInits) {
        reading.comparisons.push_back(r.compare({with_init(kPlain, init), point.name},
                                                {with_init(kBatchNorm, init), point.name}, Claimed::lower,
                                                point.name + " with " + init));
        // The measure is taken before training, when no network has learned, so whether they do later does not matter.
        reading.comparisons.back().needs_both_learned = false;
        reading.comparisons.back().control_learned = true;
        reading.comparisons.back().treated_learned = true;
      }
      const double ratio = r.mean({with_init(kBatchNorm, kInits[1]), point.name}, "ratio_log10").mean;
      growth.push_back(format("%.2f with %s", std::pow(10, ratio / (kDepth - 2)), point.name.c_str()));
    }
    reading.remarks = {
        "With batch normalization and good initial weights a layer multiplies the gradient's norm, towards the input, "
        "by " +
        enumerated(growth) + "."};
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Norm of the gradient in each layer, before training", .description = "", .panels = {}};
    for (const std::string& init : kInits) {
      for (const Point& point : r.experiment().sweep) {
        Panel panel = curve_panel(r, "norm_at_start", point.name, RateKind::shared, point.name + ", " + init,
                                  kDepth + 1, "layer");
        panel.y = {.label = "norm of the weights' gradient", .log = true, .names = {}};
        std::erase_if(panel.series, [&](const Series& series) { return !series.name.ends_with(with_init("", init)); });
        for (Series& series : panel.series) {
          series.name = series.name.substr(0, series.name.find(','));
          for (Mark& mark : series.marks) mark.x += 0.5;  // layers are numbered from 1
        }
        figure.panels.push_back(panel);
      }
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
