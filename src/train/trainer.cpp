#include "bnlab/train/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "bnlab/nn/loss.hpp"
#include "bnlab/train/metrics.hpp"

namespace bnlab {

double TrainResult::seconds() const {
  double sum = 0;
  for (const EpochResult& epoch : epochs) sum += epoch.seconds;
  return sum;
}

TrainResult train(Network& network, Optimizer& optimizer, const Split& images, const TrainSettings& settings,
                  ThreadPool* threads, const TrainObserver& observer) {
  using Clock = std::chrono::steady_clock;
  Subset subset = images.train;
  const BatchPlan plan(subset.indices.size(), settings.batch);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  TrainResult result;
  std::size_t step = 0;

  for (std::size_t epoch = 1; epoch <= settings.epochs; ++epoch) {
    const Clock::time_point start = Clock::now();
    EpochResult summary{.epoch = epoch};
    if (settings.shuffle) shuffle_for_epoch(subset, settings.seed, epoch);

    for (std::size_t b = 0; b < plan.count(); ++b) {
      batch.load(subset, plan.begin(b), plan.end(b), threads);            // uint8 -> real [N, C*H*W]
      const Tensor& logits = network.forward(batch.images, Mode::train);  // [N, C]
      const double loss = criterion.forward(logits, batch.labels);
      ++step;
      if (!std::isfinite(loss)) {
        result.diverged_at_step = step;
        return result;
      }
      network.backward(criterion.backward());
      optimizer.step();

      const auto right = std::count(criterion.correct().begin(), criterion.correct().end(), 1);
      const double N = static_cast<double>(batch.labels.size());
      summary.train_loss += loss * N;
      summary.train_accuracy += static_cast<double>(right);
      if (observer.on_step) {
        observer.on_step({step, epoch, plan.count(), batch.labels.size(), loss, static_cast<double>(right) / N});
      }
    }

    summary.train_loss /= static_cast<double>(subset.indices.size());
    summary.train_accuracy /= static_cast<double>(subset.indices.size());
    summary.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (!images.validation.indices.empty()) {
      const Evaluation validation = evaluate(network, images.validation, threads);
      summary.validated = true;
      summary.validation_loss = validation.loss;
      summary.validation_accuracy = validation.accuracy;
    }
    result.epochs.push_back(summary);
    if (observer.on_epoch) observer.on_epoch(summary);
  }
  return result;
}

}  // namespace bnlab
