// Finite differences against backward passes.
//
// A backward pass claims to know the slope of a scalar function L at a point. So move one number θ a little both ways
// and measure, at two points or at four, which cancel the error's h² term as well (θ itself, the third or fifth point, has
// the weight 0):
//
//   GC.1   ∂L/∂θ ≈ (L(θ + h) - L(θ - h)) / 2h                                     error h² L'''/6 from the curve
//   GC.2   ∂L/∂θ ≈ (8 (L(θ + h) - L(θ - h)) - (L(θ + 2h) - L(θ - 2h))) / 12h      error h⁴ L'''''/30
//
// and from rounding about u |L| / h in both, with u = 1e-16 in double. The checker shares nothing with what it checks
// but forward passes, made on copies, so that it moves no state.
#pragma once

#include "bnlab/nn/network.hpp"

namespace bnlab {

struct GradcheckOptions {
  // h, as a part of the deviation of the numbers beside θ: its column's (a feature of x, a unit's weights), or all of a
  // vector's. A curve of batch normalization is as wide as its column, so what suits a column of deviation 1 is far too
  // coarse for one of 0.003.
  double step = 1e-3;
  int points = 5;             // GC.2; 3: GC.1
  std::size_t entries = 200;  // of each tensor: all where it has no more, else a random sample
  std::uint64_t seed = 1;     // of the sample and of the upstream gradient
};

// One tensor: the gradient that backward left for it, and the measured one.
struct GradientCheck {
  std::string tensor;       // "fc1.weight"; "input"
  std::size_t entries = 0;  // compared
  // Of these, with a kink too near: between the points a ReLU opens or shuts, and L has no slope there. Both gradients
  // were taken a few steps to the side instead.
  std::size_t moved = 0;
  std::size_t stuck = 0;  // not compared: kinks wherever it was moved
  double error = 0;       // |backward - measured| / |measured|, norms over the entries compared
  double measured_norm = 0;
  std::string where, values;         // of the entry that differs most: "(3, 17)", "backward 0.25, measured 0.26"
  double claimed = 0, measured = 0;  // the same entry's gradients, as numbers
  bool vacuous = false;  // measured_norm is no more than rounding: L does not depend on the tensor, nothing is checked
  bool zero_by_law = false;  // both must vanish: error is |backward| + |measured| over the norm of all gradients

  // Error at most `bound`, or 1e-9 where it is zero by law; false for NaN, and where the check was none.
  bool good(double bound) const;
};

// L is the cross-entropy of the network's output where there are labels, else Σ r_nd y_nd with a random r: the network
// may be a single layer. (An r of all ones would not see batch normalization's variance, nor softmax.) Checks the
// gradient of every parameter and of the input x [N, D].
std::vector<GradientCheck> check_gradients(const Network& network, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options = {});

}  // namespace bnlab
