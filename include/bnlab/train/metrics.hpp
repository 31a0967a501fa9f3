// How good a network is on a set of images: evaluation mode, nothing learned, no state changed.
#pragma once

#include <algorithm>
#include <cmath>

#include "bnlab/data/batch.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

struct Evaluation {
  std::size_t count = 0;              // images
  double loss = 0;                    // mean cross-entropy per image
  double accuracy = 0;                // fraction of images whose largest logit is the label's
  std::vector<std::uint8_t> correct;  // 1 or 0 for each image, in the subset's order
};

// Every image weighs the same, however the batches fall. `all_logits`, if not null, becomes [count, classes].
//
// Training mode in place of evaluation mode shows what goes wrong then: batch normalization takes the statistics of the
// images that happen to share a batch, so `batch_size` and their order matter, and the running statistics move.
// (Not inlined, so that whoever calls gets the same bits.)
[[gnu::noinline]] inline Evaluation evaluate(Network& network, const Subset& images, ThreadPool* threads,
                                             Tensor* all_logits = nullptr, Mode mode = Mode::eval,
                                             std::size_t batch_size = 256) {
  Evaluation result;
  result.count = images.indices.size();
  result.correct.reserve(result.count);
  const BatchPlan plan(result.count, batch_size);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  double total_loss = 0;
  for (std::size_t b = 0; b < plan.count(); ++b) {
    batch.load(images, plan.begin(b), plan.end(b), threads);
    const Tensor& logits = network.forward(batch.images, mode);
    // A mean over the batch: weigh it by the batch's size, as the last one is smaller.
    total_loss += criterion.forward(logits, batch.labels) * static_cast<double>(batch.labels.size());
    result.correct.insert(result.correct.end(), criterion.correct().begin(), criterion.correct().end());
    if (all_logits == nullptr) continue;
    all_logits->resize({result.count, logits.cols()});
    std::copy(logits.row(0), logits.row(0) + logits.size(), all_logits->row(plan.begin(b)));
  }
  const double count = static_cast<double>(result.count);
  result.loss = total_loss / count;
  result.accuracy = static_cast<double>(std::count(result.correct.begin(), result.correct.end(), 1)) / count;
  return result;
}

// The standard error of an accuracy measured on `count` images: sqrt(a (1 - a) / count), the binomial's.
inline double accuracy_error(double accuracy, std::size_t count) {
  return std::sqrt(accuracy * (1 - accuracy) / static_cast<double>(count));
}

}  // namespace bnlab
