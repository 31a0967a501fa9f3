// How fast the parts of training are, beside what this machine can do at most.
#pragma once

#include "bnlab/lab/run.hpp"

namespace bnlab {

// The two limits. No part can be faster than its arithmetic at the first one, nor, where its numbers do not fit into the
// caches, than its traffic at the second.
double peak_gflops(ThreadPool& threads);       // 1e9 multiplications and additions per second, on numbers in registers
double memory_gigabytes(ThreadPool& threads);  // 1e9 bytes per second, read and written, copying outside the caches

// A product of the main network (784-512-10, batch 64), of its evaluation, or of two large squares: [m, k] times [k, n].
struct ProductSpeed {
  const char* name;  // forward, weight_grad, input_grad, evaluate, square
  std::size_t m, n, k;
  double gflops = 0, peak = 0;  // the best of several rounds; the machine's own best in between them
};
std::vector<ProductSpeed> time_products(ThreadPool& threads);

// A part of a training step: a layer, the loss, the optimizer, or putting the batch together (these have no backward).
struct PartTime {
  std::string name;                  // "fc1", "bn1", …, "loss", "optimizer", "batch"
  double forward = 0, backward = 0;  // seconds, summed over the steps
  double gflop = 0;                  // of a Linear, in all steps; 1e9
  double gigabytes = 0;  // of the others: what they are given and what they leave, each read or written once; 1e9
};
// One epoch of training, with a clock between the parts. In the order of a forward pass.
std::vector<PartTime> time_parts(Run& run, Subset images);

}  // namespace bnlab
