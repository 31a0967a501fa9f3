// What every optimizer does: one step per batch, changing each parameter by its gradient.
#pragma once

#include <cmath>
#include <limits>
#include <vector>

#include "bnlab/core/threads.hpp"
#include "bnlab/nn/layer.hpp"

namespace bnlab {

// Zero in place of a number too small to be normal (below 1e-38 in float). A running mean whose input has stopped,
// such as Adam's m for the weights of a ReLU that no longer fires, shrinks into that range within a thousand steps and
// stays there, and processors are many times slower with such numbers than with others.
inline real flush_tiny(real x) { return std::abs(x) < std::numeric_limits<real>::min() ? real{0} : x; }

class Optimizer {
 public:
  // The parameters' tensors must outlive the optimizer. `threads` may be null.
  Optimizer(std::vector<Parameter> parameters, ThreadPool* threads)
      : parameters_(std::move(parameters)), threads_(threads) {}
  virtual ~Optimizer() = default;

  // Once per batch, after backward: θ <- θ - (something that follows from the gradient), for all parameters.
  virtual void step() = 0;

  // What the optimizer remembers from step to step, named after what it belongs to ("fc1.weight.exp_avg").
  virtual std::vector<Buffer> buffers() = 0;

 protected:
  // body(begin, end) over the stored entries of one parameter. Rows, columns and padding make no difference here.
  template <class Body>
  void for_entries(const Tensor& t, Body body) {
    parallel_for(threads_, t.stored().size(), 4096, body);
  }

  std::vector<Parameter> parameters_;
  ThreadPool* threads_;
};

}  // namespace bnlab
