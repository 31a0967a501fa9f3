// How good a network is on a set of images: evaluation mode, nothing learned, no state changed.
#pragma once

#include <cstdint>
#include <vector>

#include "bnlab/data/batch.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

struct Evaluation {
  std::size_t count = 0;              // images
  double loss = 0;                    // mean cross-entropy per image
  double accuracy = 0;                // fraction of images whose largest logit is the label's
  std::vector<std::uint8_t> correct;  // 1 or 0 for each image, in the subset's order
};

// Every image weighs the same, however the batches fall.
Evaluation evaluate(Network& network, const Subset& images, ThreadPool* threads);

// The standard error of an accuracy measured on `count` images: sqrt(a (1 - a) / count), the binomial's.
double accuracy_error(double accuracy, std::size_t count);

}  // namespace bnlab
