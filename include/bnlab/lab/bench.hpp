// How fast the parts of training are, beside what this machine can do at most.
#pragma once

#include "bnlab/lab/run.hpp"

namespace bnlab {

// No arithmetic can be faster than the first, nor the traffic of what the caches cannot hold than the second.
struct Limits {
  double gflops = 0;     // 1e9 multiplications and additions per second, on numbers in registers
  double gigabytes = 0;  // 1e9 bytes per second, read and written, outside the caches
};
Limits measure_limits(ThreadPool& threads);

// A product of the main network (784-512-10, batch 64), of its evaluation, or of two large squares: [m, k] times [k, n].
struct ProductSpeed {
  const char* name;  // forward, weight_grad, input_grad, evaluate, square
  std::size_t m, n, k;
  double gflops = 0, fraction = 0;  // the best of nine rounds; of the machine's own best in between them
};
std::vector<ProductSpeed> time_products(ThreadPool& threads);

// A part of a training step: putting the batch together, a layer, the loss or the optimizer.
struct PartTime {
  std::string name;                  // "batch", "fc1", "bn1", …, "loss", "optimizer"
  double forward = 0, backward = 0;  // seconds, summed over the steps
  double gflop = 0;                  // of a Linear's products
  double gigabytes = 0;              // of the others: what they are given and what they leave, once each
};
// One epoch of training, with a clock between the parts.
std::vector<PartTime> time_parts(Run& run, Subset images);

}  // namespace bnlab
