#include "bnlab/train/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "bnlab/core/error.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/train/metrics.hpp"
#include "bnlab/train/state.hpp"

namespace bnlab {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// Ends the epoch in progress: its sums over images become means, and the network is evaluated on the validation images.
// A number of the network or the optimizer that is not finite, or a validation loss: the network diverged in the
// epoch's last update, which would go undetected if that was the last one.
void finish_epoch(TrainResult& result, Network& network, const std::vector<Buffer>& state, const Split& images,
                  ThreadPool* threads) {
  bool diverged = !is_finite(state);
  EpochResult epoch = result.epoch_in_progress;
  const double count = static_cast<double>(images.train.indices.size());
  epoch.train_loss /= count;
  epoch.train_accuracy /= count;
  if (!images.validation.indices.empty()) {
    const Evaluation validation = evaluate(network, images.validation, threads);
    epoch.validated = true;
    epoch.validation_loss = validation.loss;
    epoch.validation_accuracy = validation.accuracy;
    diverged = diverged || !validation.finite;
  }
  if (diverged) {
    result.diverged_at_step = result.step;
    return;
  }
  result.epochs.push_back(epoch);
  result.epoch_in_progress = {};
}

}  // namespace

TrainResult train(Network& network, Optimizer& optimizer, const Split& images, const TrainSettings& settings,
                  ThreadPool* threads, const TrainObserver& observer, TrainResult result) {
  result.stopped = false;  // an earlier call may have been
  Subset subset = images.train;
  if (subset.indices.empty()) fail("expected at least one image to train on, found none");
  const BatchPlan plan(subset.indices.size(), settings.batch);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  const std::vector<Buffer> state = state_of_run(network, optimizer);

  while (result.epochs.size() < settings.epochs) {
    const Clock::time_point start = Clock::now();
    const std::size_t epoch = result.epochs.size() + 1;
    if (settings.shuffle) shuffle_for_epoch(subset, settings.seed, epoch);

    // From batch 0, unless an interrupted epoch is resumed.
    for (std::size_t b = result.step % plan.count(); b < plan.count(); ++b) {
      // BEGIN SOLUTION training-loop
      batch.load(subset, plan.begin(b), plan.end(b), threads);            // uint8 -> real [N, C*H*W]
      const Tensor& logits = network.forward(batch.images, Mode::train);  // [N, C]
      const double loss = criterion.forward(logits, batch.labels);
      if (!std::isfinite(loss)) {
        result.diverged_at_step = result.step + 1;
        return result;
      }
      network.backward(criterion.backward());
      optimizer.step();
      ++result.step;

      const auto right = std::count(criterion.correct().begin(), criterion.correct().end(), 1);
      const double N = static_cast<double>(batch.labels.size());
      result.epoch_in_progress.epoch = epoch;
      result.epoch_in_progress.train_loss += loss * N;
      result.epoch_in_progress.train_accuracy += static_cast<double>(right);
      // END SOLUTION
      result.epoch_in_progress.seconds = seconds_since(start);
      if (observer.on_step) {
        observer.on_step({.step = result.step,
                          .epoch = epoch,
                          .steps_per_epoch = plan.count(),
                          .images = batch.labels.size(),
                          .loss = loss,
                          .accuracy = static_cast<double>(right) / N});
      }

      if (b + 1 == plan.count()) {
        finish_epoch(result, network, state, images, threads);
        if (result.diverged_at_step != 0) return result;
        if (observer.on_epoch) observer.on_epoch(result.epochs.back());
      }
      const bool stop = observer.should_continue && !observer.should_continue(result);
      if (stop && result.epochs.size() < settings.epochs) {
        result.stopped = is_finite(state);
        if (!result.stopped) result.diverged_at_step = result.step;
        return result;
      }
    }
  }
  return result;
}

}  // namespace bnlab
