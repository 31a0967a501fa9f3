// One training run: a network, an optimizer and the data they meet, from initial weights to test accuracy.
#pragma once

#include "bnlab/train/architecture.hpp"
#include "bnlab/train/metrics.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

struct OptimizerSettings {
  std::string name = "adam";  // adam, adamw or sgd
  double lr = 1e-3;
  double momentum = 0;    // sgd
  bool nesterov = false;  // sgd
  double weight_decay = 0;
  double adam_eps = 1e-8;

  std::string describe() const;  // "adam lr 0.001"
};

struct RunSettings {
  Architecture architecture;
  OptimizerSettings optimizer;
  TrainSettings training;
};

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings, Network& network, ThreadPool* threads);

struct Run {
  Run(const RunSettings& settings, ThreadPool* threads);  // with initial weights

  // Trains on split.train and watches split.validation, from where `training` is to the last epoch's end.
  void train(const Split& split, const TrainObserver& observer);
  // What the network of a finished run does on the test images. A loss that is no finite number there was lost in the
  // last step, as no step after it could notice: the run diverged.
  void test_at_the_end(const Dataset& images);

  bool diverged() const { return training.diverged_at_step != 0; }
  bool finished() const { return !diverged() && !training.stopped; }

  RunSettings settings;
  ThreadPool* threads;
  Network network;
  std::unique_ptr<Optimizer> optimizer;
  TrainResult training = {};
  std::vector<double> step_losses = {};  // of every training batch
  Evaluation test = {};                  // count 0 where training diverged or was stopped
};

}  // namespace bnlab
