// The loss L of a network as a function of everything that it depends on: what a gradient check differentiates.
#pragma once

#include <span>

#include "bnlab/nn/network.hpp"

namespace bnlab {

// L at a point, and which entries of every ReLU are active there. Where that changes there is a kink.
struct LossAt {
  double loss = 0;
  std::vector<bool> active;
};

struct LossFunction {
  Network network;
  Tensor x, dx;  // the input and its gradient
  std::span<const std::uint8_t> labels;
  Mode mode;
  Random random;  // of the upstream gradient where there are no labels

  // What L depends on, each with room for its gradient: the parameters and, last, the input.
  std::vector<Parameter> tensors();

  // L at the current values of the tensors. The forward pass runs on a copy, so that no state changes.
  LossAt evaluate() const;

  // Computes the gradient of each tensor by backpropagation. NaN where a backward pass writes nothing.
  void backward();

 private:
  struct OutputLoss {
    double value;
    Tensor gradient;
  };
  // L where the network's output is y, and its gradient there: where backpropagation begins.
  OutputLoss of_output(const Tensor& y) const;
};

}  // namespace bnlab
