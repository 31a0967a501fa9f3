// Mini-batches: which images they contain, and their pixels as real numbers.
#pragma once

#include "bnlab/core/tensor.hpp"
#include "bnlab/core/threads.hpp"
#include "bnlab/data/dataset.hpp"

namespace bnlab {

// Some images of a dataset, by their indices, such as a validation set. The dataset must outlive the subset.
struct Subset {
  const Dataset* data = nullptr;
  std::vector<std::uint32_t> indices;
};

Subset all_images(const Dataset& data);

// Shuffles the subset for one epoch. The order depends on the seed and the epoch alone, not on the previous order.
void shuffle_for_epoch(Subset& subset, std::uint64_t seed, std::size_t epoch);

// The batches of an epoch: batch b contains the images [b * size, b * size + size); the last batch may be smaller. A
// last batch of one image is merged with the batch before it (for size > 1), since batch normalization cannot train on
// a single image. The rule holds with and without batch normalization, so that both networks see the same batches.
struct BatchPlan {
  BatchPlan(std::size_t images, std::size_t size);
  std::size_t count() const { return count_; }
  std::size_t begin(std::size_t b) const { return b * size_; }
  std::size_t end(std::size_t b) const { return b + 1 == count_ ? images_ : (b + 1) * size_; }

 private:
  std::size_t images_, size_, count_;
};

// A mini-batch as the network takes it. Loading a batch no larger than any before allocates nothing.
struct Batch {
  Tensor images;  // [N, C*H*W]
  Bytes labels;   // [N]

  // The images `indices[begin … end - 1]` of the subset, in its dataset's PixelScale. `threads`: thread pool; null
  // means serial. Error: the scale is that of images of another size.
  void load(const Subset& subset, std::size_t begin, std::size_t end, ThreadPool* threads);

 private:
  std::vector<real> centres_, factors_;  // [C*H*W] of a scale that has its own for each pixel
};

}  // namespace bnlab
