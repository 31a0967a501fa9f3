// The training loop.
#pragma once

#include <functional>

#include "bnlab/data/split.hpp"
#include "bnlab/nn/network.hpp"
#include "bnlab/optim/optimizer.hpp"

namespace bnlab {

struct TrainSettings {
  std::size_t epochs = 5;
  std::size_t batch = 64;
  std::uint64_t seed = 1;  // seeds the shuffling
  bool shuffle = true;     // a new order each epoch; false: the file's
};

// One training step: forward pass of a batch, loss, backpropagation, and the optimizer's update of the parameters.
struct StepResult {
  std::size_t step = 0;   // from 1
  std::size_t epoch = 0;  // from 1
  std::size_t steps_per_epoch = 0;
  std::size_t images = 0;  // in the batch
  // Of the batch, in training mode, before the update.
  double loss = 0;
  double accuracy = 0;
};

struct EpochResult {
  std::size_t epoch = 0;  // from 1
  // Means over the epoch's images as they were trained on: training mode, with parameters changing between batches.
  double train_loss = 0;
  double train_accuracy = 0;
  // After the epoch, evaluation mode; only where there are validation images.
  bool validated = false;
  double validation_loss = 0;
  double validation_accuracy = 0;
  double seconds = 0;  // of training in this process, without validation
};

// The progress of training. Together with the network, the optimizer and the layers' random numbers it is all that is
// needed to resume: the order of the images follows from seed and epoch.
struct TrainResult {
  std::size_t step = 0;             // steps done
  std::vector<EpochResult> epochs;  // those completed
  EpochResult epoch_in_progress;    // its train_loss and train_accuracy are sums over images, not means
  // The step at which the loss became non-finite (divergence). Training ends there without another update. At the end
  // of an epoch, and where the observer stops training, also the step whose update made a number of the network or the
  // optimizer non-finite. `step` is then the number of updates. 0: no divergence.
  std::size_t diverged_at_step = 0;
  bool stopped = false;  // by the observer, before the end of the last epoch
};

// Callbacks; each may be empty.
struct TrainObserver {
  std::function<void(const StepResult&)> on_step = {};
  std::function<void(const EpochResult&)> on_epoch = {};
  // Called after each step, and after on_epoch where the step ends an epoch: a good point to save a checkpoint. False
  // stops training there.
  std::function<bool(const TrainResult&)> should_continue = {};
};

// Trains to the end of the last epoch, from the beginning, or from `so_far`, where an earlier call stopped.
TrainResult train(Network& network, Optimizer& optimizer, const Split& images, const TrainSettings& settings,
                  ThreadPool* threads, const TrainObserver& observer = {}, TrainResult so_far = {});

}  // namespace bnlab
