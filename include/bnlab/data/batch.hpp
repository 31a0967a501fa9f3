// Mini-batches: the order in which an epoch visits its images, and the tensors made from them.
#pragma once

#include "bnlab/core/tensor.hpp"
#include "bnlab/core/threads.hpp"
#include "bnlab/data/dataset.hpp"

namespace bnlab {

// Pixels enter the network as (p / 255 - mean) / deviation. With 0.5 and 0.5 that is [-1, 1], whatever the dataset:
// nothing about the test set goes into it.
inline constexpr double kPixelMean = 0.5, kPixelDeviation = 0.5;

// Some images as the network takes them. Loading a batch no larger than any before allocates nothing.
struct Batch {
  Tensor images;  // [N, C*H*W]
  Bytes labels;   // [N]

  // The images `indices[begin … end - 1]` of the subset. `threads` may be null.
  void load(const Subset& subset, std::size_t begin, std::size_t end, ThreadPool* threads);
};

// Where an epoch is cut into batches of `size`: batch b is [b * size, b * size + size), the last one shorter. A last
// batch of one image is merged into the batch before it (for size > 1): batch normalization cannot train on one
// image, and so that networks with and without it see the same batches, the rule holds for both.
struct BatchPlan {
  BatchPlan(std::size_t images, std::size_t size);
  std::size_t count() const { return count_; }
  std::size_t begin(std::size_t b) const { return b * size_; }
  std::size_t end(std::size_t b) const { return b + 1 == count_ ? images_ : (b + 1) * size_; }

 private:
  std::size_t images_, size_, count_;
};

// Puts the subset in the order of one epoch, every image once: a function of seed and epoch alone.
void shuffle_for_epoch(Subset& subset, std::uint64_t seed, std::size_t epoch);

}  // namespace bnlab
