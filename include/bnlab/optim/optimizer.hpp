// The interface of optimizers: one step per batch updates each parameter from its gradient.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "bnlab/core/threads.hpp"
#include "bnlab/nn/layer.hpp"

namespace bnlab {

// Flushes subnormal numbers (below 1e-38 in float) to zero. A moving average whose input is zero, such as Adam's m for
// the weights of a dead ReLU, decays into that range within a thousand steps and stays there, and processors compute
// many times slower with subnormals.
inline real flush_tiny(real x) { return std::abs(x) < std::numeric_limits<real>::min() ? real{0} : x; }

class Optimizer {
 public:
  // The parameters' tensors must outlive the optimizer. `threads` is the thread pool; null runs serially.
  Optimizer(std::vector<Parameter> parameters, ThreadPool* threads)
      : parameters_(std::move(parameters)), threads_(threads) {}
  virtual ~Optimizer() = default;

  // Once per batch, after backward: θ <- θ - (an update computed from the gradient), for all parameters.
  virtual void step() = 0;

  // The optimizer's state, named after the parameters ("fc1.weight.exp_avg").
  virtual std::vector<Buffer> buffers() = 0;

 protected:
  // body(begin, end) over the stored entries of one parameter: an update is the same for each, padding included.
  template <class Body>
  void for_entries(const Tensor& t, Body body) {
    parallel_for(threads_, t.stored().size(), 4096, body);
  }

  std::vector<Parameter> parameters_;
  ThreadPool* threads_;
};

}  // namespace bnlab
