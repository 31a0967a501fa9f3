#include "bnlab/train/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "bnlab/nn/loss.hpp"
#include "bnlab/train/metrics.hpp"

namespace bnlab {

// From sums over the epoch's images to means, and what the network can do on images that it is not trained on.
static EpochResult finish_epoch(EpochResult epoch, Network& network, const Split& images, ThreadPool* threads) {
  epoch.train_loss /= static_cast<double>(images.train.indices.size());
  epoch.train_accuracy /= static_cast<double>(images.train.indices.size());
  if (!images.validation.indices.empty()) {
    const Evaluation validation = evaluate(network, images.validation, threads);
    epoch.validated = true;
    epoch.validation_loss = validation.loss;
    epoch.validation_accuracy = validation.accuracy;
  }
  return epoch;
}

TrainResult train(Network& network, Optimizer& optimizer, const Split& images, const TrainSettings& settings,
                  ThreadPool* threads, const TrainObserver& observer, TrainResult result) {
  using Clock = std::chrono::steady_clock;
  Subset subset = images.train;
  const BatchPlan plan(subset.indices.size(), settings.batch);
  Batch batch;
  SoftmaxCrossEntropy criterion;

  while (result.epochs.size() < settings.epochs) {
    const Clock::time_point start = Clock::now();
    const std::size_t epoch = result.epochs.size() + 1;
    if (settings.shuffle) shuffle_for_epoch(subset, settings.seed, epoch);

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
      result.under_way.epoch = epoch;
      result.under_way.train_loss += loss * N;
      result.under_way.train_accuracy += static_cast<double>(right);
      // END SOLUTION
      result.under_way.seconds = std::chrono::duration<double>(Clock::now() - start).count();
      if (observer.on_step) {
        observer.on_step({result.step, epoch, plan.count(), batch.labels.size(), loss, static_cast<double>(right) / N});
      }
      if (b + 1 == plan.count()) {
        const EpochResult ended = finish_epoch(result.under_way, network, images, threads);
        if (!std::isfinite(ended.validation_loss)) {  // lost by the change that this step made
          result.diverged_at_step = result.step;
          return result;
        }
        result.epochs.push_back(ended);
        result.under_way = {};
        if (observer.on_epoch) observer.on_epoch(result.epochs.back());
      }
      if (observer.go_on && !observer.go_on(result) && result.epochs.size() < settings.epochs) {
        result.stopped = true;
        return result;
      }
    }
  }
  return result;
}

}  // namespace bnlab
