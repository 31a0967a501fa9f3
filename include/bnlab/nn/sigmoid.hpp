// The logistic sigmoid. In PyTorch: torch.nn.Sigmoid.
#pragma once

#include <cmath>

#include "bnlab/nn/activation.hpp"

namespace bnlab {

// ACT.2   y = 1 / (1 + e^-x)         y' = e^-x / (1 + e^-x)² = y (1 - y)
//         For x -> -∞, e^-x overflows to infinity and y becomes 0, the correct limit; no NaN arises.
struct SigmoidFunction {
  static constexpr const char* name = "Sigmoid";
  static real forward(real x) { return 1 / (1 + std::exp(-x)); }
  static real backward(real dy, real /*x*/, real y) { return dy * y * (1 - y); }
};

using Sigmoid = Activation<SigmoidFunction>;

}  // namespace bnlab
