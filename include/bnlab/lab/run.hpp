// One training run: a network, an optimizer and the data they are trained on, from initial weights to test accuracy.
#pragma once

#include "bnlab/optim/settings.hpp"
#include "bnlab/train/architecture.hpp"
#include "bnlab/train/metrics.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

struct RunSettings {
  Architecture architecture;
  OptimizerSettings optimizer;
  TrainSettings training;
  InitOptions init = {};
};

struct Run {
  Run(const RunSettings& settings, ThreadPool* threads);  // with initial weights

  // Trains on split.train and evaluates split.validation, from where `training` is to the last epoch's end.
  void train(const Split& split, const TrainObserver& observer);
  // Evaluates the network of a finished run on the test images. If it overflows there, it diverged in the last update,
  // which no step followed.
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
