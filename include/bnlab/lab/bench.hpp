// How fast the parts of training are: the matrix products alone, and each part of a training step.
#pragma once

#include "bnlab/lab/limits.hpp"
#include "bnlab/lab/run.hpp"

namespace bnlab {

// Which of the three products of a layer: A B, Aᵀ B or A Bᵀ.
enum class ProductKind { plain, first_transposed, second_transposed };

// A product of the main network (784-512-10, batch 64), of its evaluation, or of two large squares: [m, k] · [k, n].
struct ProductSpeed {
  const char* name;  // forward, weight_grad, input_grad, evaluate, square
  ProductKind kind;
  std::size_t m, n, k;
  double gflops = 0;    // the best of nine rounds
  double fraction = 0;  // of the machine's own best in between them
};
std::vector<ProductSpeed> time_products(ThreadPool& threads);

// A part of a training step: putting the batch together, a layer, the loss or the optimizer.
struct PartTime {
  std::string name;      // "batch", "fc1", "bn1", …, "loss", "optimizer"
  std::string kind;      // "products", "batch normalization", "activation"; of what is no layer its name
  double forward = 0;    // seconds, summed over the steps
  double backward = 0;   // likewise
  double gflop = 0;      // of a Linear's products
  double gigabytes = 0;  // of the others: what they read and what they write, once each
};
// One epoch of training, with a clock between the parts.
std::vector<PartTime> time_parts(Run& run, Subset images);

}  // namespace bnlab
