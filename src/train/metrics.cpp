#include "bnlab/train/metrics.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/nn/loss.hpp"

namespace bnlab {

Evaluation evaluate(Network& network, const Subset& images, ThreadPool* threads) {
  constexpr std::size_t kBatch = 256;
  Evaluation result;
  result.count = images.indices.size();
  result.correct.reserve(result.count);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  double total_loss = 0;
  for (std::size_t begin = 0; begin < result.count; begin += kBatch) {
    batch.load(images, begin, std::min(begin + kBatch, result.count), threads);
    const Tensor& logits = network.forward(batch.images, Mode::eval);
    // A mean over the batch: weigh it by the batch's size, as the last one is smaller.
    total_loss += criterion.forward(logits, batch.labels) * static_cast<double>(batch.labels.size());
    result.correct.insert(result.correct.end(), criterion.correct().begin(), criterion.correct().end());
  }
  const double count = static_cast<double>(result.count);
  result.loss = total_loss / count;
  result.accuracy = static_cast<double>(std::count(result.correct.begin(), result.correct.end(), 1)) / count;
  return result;
}

double accuracy_error(double accuracy, std::size_t count) {
  return std::sqrt(accuracy * (1 - accuracy) / static_cast<double>(count));
}

}  // namespace bnlab
