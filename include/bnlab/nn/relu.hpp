// ReLU, the rectified linear unit. In PyTorch: torch.nn.ReLU.
#pragma once

#include "bnlab/nn/activation.hpp"

namespace bnlab {

// BEGIN SOLUTION relu
// ACT.1   y = max(x, 0)              dx = dy where y > 0, else 0
//         NaN propagates: a run that has gone wrong must not look healthy (std::max could hide it). So at NaN y is NaN
//         and dx is dy, as in PyTorch: NaN <= 0 is false.
struct ReluFunction {
  static constexpr const char* name = "ReLU";
  static real forward(real x) { return x < 0 ? real{0} : x; }
  static real backward(real dy, real /*x*/, real y) { return y <= 0 ? real{0} : dy; }
};
// END SOLUTION

using ReLU = Activation<ReluFunction, true>;

}  // namespace bnlab
