// The training loop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "bnlab/data/batch.hpp"
#include "bnlab/nn/network.hpp"
#include "bnlab/optim/optimizer.hpp"

namespace bnlab {

struct TrainSettings {
  std::size_t epochs = 5;
  std::size_t batch = 64;
  std::uint64_t seed = 1;  // of the order of the images
  bool shuffle = true;     // a new order each epoch; false: the file's
};

// One training step: a batch forward, its loss, backward, and the optimizer's change.
struct StepResult {
  std::size_t step, epoch;  // from 1
  std::size_t steps_per_epoch;
  std::size_t images;     // in the batch
  double loss, accuracy;  // of the batch, in training mode, before the change
};

struct EpochResult {
  std::size_t epoch = 0;  // from 1
  // Means over the epoch's images as they were trained on: training mode, with weights that change on the way.
  double train_loss = 0, train_accuracy = 0;
  // After the epoch, evaluation mode; only where there are validation images.
  bool validated = false;
  double validation_loss = 0, validation_accuracy = 0;
  double seconds = 0;  // of training, without validation
};

struct TrainResult {
  std::vector<EpochResult> epochs;  // those completed
  // The step at which the loss was no longer a finite number, where training ends without changing the weights
  // further; 0: it never happened.
  std::size_t diverged_at_step = 0;
  double seconds() const;  // of training
};

// What a caller wants to hear of; either may be empty.
struct TrainObserver {
  std::function<void(const StepResult&)> on_step;
  std::function<void(const EpochResult&)> on_epoch;
};

TrainResult train(Network& network, Optimizer& optimizer, const Split& images, const TrainSettings& settings,
                  ThreadPool* threads, const TrainObserver& observer = {});

}  // namespace bnlab
