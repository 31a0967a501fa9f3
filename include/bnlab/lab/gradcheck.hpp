// Finite differences against backward passes.
//
// A backward pass claims to know the slope of a scalar function L at a point. So move one number θ a little both ways
// and measure:
//
//   GC.1   ∂L/∂θ ≈ (L(θ + h) - L(θ - h)) / 2h         error h² L'''/6 from the curve, about 1e-16 |L| / h from rounding
//
// The checker shares nothing with what it checks but forward passes, made on copies, so that it moves no state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bnlab/core/random.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

struct GradcheckOptions {
  double step = 1e-5;         // h, as a part of the tensor's root mean square
  std::size_t entries = 200;  // of each tensor: all where it has no more, else a random sample
  std::uint64_t seed = 1;     // of the sample and of the upstream gradient
};

// One tensor: the gradient that backward left for it, and the measured one.
struct GradientCheck {
  std::string tensor;       // "fc1.weight"; "input"
  std::size_t entries = 0;  // compared
  std::size_t kinks = 0;    // left out: between θ - h and θ + h a ReLU switches, and L has no slope there
  double error = 0;         // |backward - measured| / |measured|, norms over the entries compared
  std::string worst;        // the entry that differs most: "(3, 17): backward 0.25, measured 0.26"
  // Both must vanish: error is |backward| + |measured| over the norm of all gradients, 1e-9 at most.
  bool zero_by_law = false;
  bool good(double bound) const;  // false for NaN, and where nothing was compared or nothing but zeros
  double measured_norm = 0;
};

// L is the cross-entropy of the network's output where there are labels, else Σ r_nd y_nd with a random r: the network
// may be a single layer. (An r of all ones would not see batch normalization's variance, nor softmax.) Checks the
// gradient of every parameter and of the input x [N, D].
std::vector<GradientCheck> check_gradients(const Network& network, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options = {});

}  // namespace bnlab
