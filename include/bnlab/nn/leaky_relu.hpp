// Leaky ReLU (Maas et al., 2013). In PyTorch: torch.nn.LeakyReLU, with the default negative_slope.
#pragma once

#include "bnlab/nn/activation.hpp"

namespace bnlab {

// ACT.4   y = x where x > 0, else a x     y' = 1 where x > 0, else a         a = 0.01
//         A unit whose x is negative for every example still gets a gradient, which avoids "dying ReLU" units.
//         At 0, where f is not differentiable, the subgradient a is used, as in PyTorch.
struct LeakyReluFunction {
  static constexpr const char* name = "LeakyReLU";
  static constexpr real kSlope = static_cast<real>(0.01);
  static real forward(real x) { return x > 0 ? x : kSlope * x; }
  static real backward(real dy, real x, real /*y*/) { return x > 0 ? dy : kSlope * dy; }
};

using LeakyReLU = Activation<LeakyReluFunction, true>;

}  // namespace bnlab
