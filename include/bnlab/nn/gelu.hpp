// GELU, the Gaussian error linear unit (Hendrycks and Gimpel, 2016), in the exact form with erf, not the tanh
// approximation. In PyTorch: torch.nn.GELU().
#pragma once

#include <cmath>
#include <numbers>

#include "bnlab/nn/activation.hpp"

namespace bnlab {

// With Φ the cumulative distribution function of the standard normal distribution and φ its density,
//
// ACT.5   y = x Φ(x)                 Φ(x) = (1 + erf(x / √2)) / 2 = erfc(-x / √2) / 2
//         y' = Φ(x) + x φ(x)         φ(x) = Φ'(x) = e^(-x²/2) / √(2π)
//
//         By the product rule. y' cannot be computed from y alone: two values of x can give the same y (the curve
//         falls, then rises, with its minimum at x = -0.75). We use erfc because 1 + erf suffers cancellation where
//         x < 0.
struct GeluFunction {
  static constexpr const char* name = "GELU";
  static real cumulative(real x) { return std::erfc(-x / std::numbers::sqrt2_v<real>) / 2; }
  static real density(real x) {
    const real scale = std::numbers::inv_sqrtpi_v<real> / std::numbers::sqrt2_v<real>;  // 1 / √(2π)
    return scale * std::exp(-x * x / 2);
  }
  static real forward(real x) { return x * cumulative(x); }
  static real backward(real dy, real x, real /*y*/) { return dy * (cumulative(x) + x * density(x)); }
};

using GELU = Activation<GeluFunction>;

}  // namespace bnlab
