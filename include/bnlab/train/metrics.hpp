// Loss and accuracy of a network on a set of images, by default in evaluation mode, which changes no state.
#pragma once

#include <limits>

#include "bnlab/data/batch.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

// In text, a loss has as many digits as tell numbers of type `real` apart: 9 in float, 17 in double.
inline constexpr int kLossDigits = std::numeric_limits<real>::max_digits10;

struct Evaluation {
  std::size_t count = 0;              // images
  double loss = 0;                    // mean cross-entropy per image
  double accuracy = 0;                // fraction of images whose argmax of the logits is the label
  bool finite = true;                 // all logits and the loss are; otherwise loss and accuracy mean nothing
  std::vector<std::uint8_t> correct;  // 1 or 0 for each image, in the subset's order
};

// Means are over images, independent of batch_size. `all_logits`, if not null, becomes [count, classes].
//
// Training mode in place of evaluation mode demonstrates the failure mode: batch normalization takes the statistics of
// the images that happen to share a batch, so `batch_size` and order do matter, and the running statistics change.
Evaluation evaluate(Network& network, const Subset& images, ThreadPool* threads, Tensor* all_logits = nullptr,
                    Mode mode = Mode::eval, std::size_t batch_size = 256);

// The binomial standard error of an accuracy measured on `count` images: sqrt(a (1 - a) / count).
double accuracy_error(double accuracy, std::size_t count);

}  // namespace bnlab
