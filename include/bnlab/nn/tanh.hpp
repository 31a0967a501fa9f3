// The hyperbolic tangent. In PyTorch: torch.nn.Tanh.
#pragma once

#include <cmath>

#include "bnlab/nn/activation.hpp"

namespace bnlab {

// ACT.3   y = tanh x                 y' = 1 - tanh² x = 1 - y²
struct TanhFunction {
  static constexpr const char* name = "Tanh";
  static real forward(real x) { return std::tanh(x); }
  static real backward(real dy, real /*x*/, real y) { return dy * (1 - y * y); }
};

using Tanh = Activation<TanhFunction>;

}  // namespace bnlab
