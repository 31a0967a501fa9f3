// Does batch normalization make networks trainable with any activation function?
//
// With PyTorch's default initial weights deep networks are hard to train, with any activation; that is no fair baseline.
// So both networks are also begun as one would begin them for that activation (He et al. 2015; Glorot and Bengio 2010).
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

const std::vector<std::string> kInits = {"default init", "good init"};
const std::vector<std::string> kActivations = {"relu", "tanh", "sigmoid"};

std::string with_init(const std::string& arm, const std::string& init) { return arm + ", " + init; }
std::string at(const std::string& activation, std::size_t depth) { return activation + format(", depth %zu", depth); }

}  // namespace

Experiment activation(const Size& size) {
  Experiment e;
  e.name = "activation";
  e.claim = "Batch normalization lets networks train with many activation functions, also with those that saturate.";
  e.hypothesis =
      "The training loss is lower with batch normalization than without, with ReLU, tanh and sigmoid, in shallow and "
      "in deep networks, also where the initial weights suit the activation.";
  e.measure = "loss";
  e.in_words = "the training loss, averaged over all steps,";
  e.not_shown =
      "Width (64) and learning rate (Adam, 0.001) are the same for all, so it does not show what the best settings of "
      "each network would do.";
  e.see = "docs/batchnorm.md";

  const std::vector<std::size_t> depths = size.of<std::vector<std::size_t>>({2, 6, 10}, {2, 10});
  for (const std::string& init : kInits) {
    for (const Arm& arm : {plain_arm(), centred_arm(), batchnorm_arm()}) {
      e.arms.push_back({with_init(arm.name, init), [=](Trial& trial) {
                          arm.apply(trial);
                          if (init == kInits[1]) trial.run.init.method = good_init(trial.run.architecture.activation);
                        }});
    }
  }
  e.base.images = size.of<std::size_t>(6000, 2000);
  e.base.run.training.epochs = 2;
  e.varied = "activation and depth";
  e.sweep.clear();
  for (const std::string& activation : kActivations) {
    for (const std::size_t depth : depths) {
      e.sweep.push_back({at(activation, depth), [=](Trial& trial) {
                           trial.run.architecture.activation = activation;
                           trial.run.architecture.hidden.assign(depth, 64);
                         }});
    }
  }

  e.read = [](const Results& r) {
    Reading reading;
    for (const Point& point : r.experiment().sweep) {
      for (const std::string& init : kInits) {
        reading.comparisons.push_back(r.compare({with_init(kCentred, init), point.name},
                                                {with_init(kBatchNorm, init), point.name}, Claimed::lower,
                                                point.name + ", " + init));
      }
    }
    reading.remarks = {"The comparisons are with the plain network that has centred inputs."};
    return reading;
  };

  e.draw = [depths](const Results& r) {
    Figure figure{.title = "Training loss against depth", .description = "", .panels = {}};
    for (const std::string& init : kInits) {
      for (const std::string& activation : kActivations) {
        Panel panel{.title = activation + ", " + init,
                    .x = {.label = "hidden layers of 64", .log = false, .names = {}},
                    .y = {.label = "training loss", .log = false, .names = {}},
                    .series = {}};
        for (const char* arm : {kPlain, kCentred, kBatchNorm}) {
          Series series{.name = arm, .marks = {}};
          for (const std::size_t depth : depths) {
            const Which runs{with_init(arm, init), at(activation, depth)};
            series.marks.push_back(mark_of(static_cast<double>(depth), r.values(runs, "loss")));
          }
          panel.series.push_back(series);
        }
        figure.panels.push_back(panel);
      }
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
