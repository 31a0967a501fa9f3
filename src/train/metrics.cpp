#include "bnlab/train/metrics.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/error.hpp"
#include "bnlab/nn/loss.hpp"

namespace bnlab {

Evaluation evaluate(Network& network, const Subset& images, ThreadPool* threads, Tensor* all_logits, Mode mode,
                    std::size_t batch_size) {
  Evaluation result;
  result.count = images.indices.size();
  if (result.count == 0) fail("expected at least one image to evaluate a network on, found none");
  result.correct.reserve(result.count);
  const BatchPlan plan(result.count, batch_size);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  double total_loss = 0;
  for (std::size_t b = 0; b < plan.count(); ++b) {
    batch.load(images, plan.begin(b), plan.end(b), threads);
    const Tensor& logits = network.forward(batch.images, mode);
    // Weight each batch mean by its size: the last batch may differ.
    total_loss += criterion.forward(logits, batch.labels) * static_cast<double>(batch.labels.size());
    result.finite = result.finite && is_finite(logits);
    result.correct.insert(result.correct.end(), criterion.correct().begin(), criterion.correct().end());
    if (all_logits == nullptr) continue;
    all_logits->resize({result.count, logits.cols()});
    std::copy(logits.row(0), logits.row(0) + logits.size(), all_logits->row(plan.begin(b)));
  }
  const double count = static_cast<double>(result.count);
  result.loss = total_loss / count;
  result.finite = result.finite && std::isfinite(result.loss);
  result.accuracy = static_cast<double>(std::count(result.correct.begin(), result.correct.end(), 1)) / count;
  return result;
}

double accuracy_error(double accuracy, std::size_t count) {
  return std::sqrt(accuracy * (1 - accuracy) / static_cast<double>(count));
}

}  // namespace bnlab
