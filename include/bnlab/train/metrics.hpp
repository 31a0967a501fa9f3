// How good a network is on a set of images: evaluation mode, nothing learned, no state changed.
#pragma once

#include "bnlab/data/batch.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

struct Evaluation {
  std::size_t count = 0;              // images
  double loss = 0;                    // mean cross-entropy per image
  double accuracy = 0;                // fraction of images whose argmax of the logits is the label
  std::vector<std::uint8_t> correct;  // 1 or 0 for each image, in the subset's order
};

// Every image has the same weight, whatever the batches. `all_logits`, if not null, becomes [count, classes].
//
// Training mode in place of evaluation mode shows what goes wrong then: batch normalization takes the statistics of the
// images that happen to share a batch, so `batch_size` and their order matter, and the running statistics change.
Evaluation evaluate(Network& network, const Subset& images, ThreadPool* threads, Tensor* all_logits = nullptr,
                    Mode mode = Mode::eval, std::size_t batch_size = 256);

// The binomial standard error of an accuracy measured on `count` images: sqrt(a (1 - a) / count).
double accuracy_error(double accuracy, std::size_t count);

}  // namespace bnlab
