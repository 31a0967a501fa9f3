// The gradient check: the gradients of backward passes, called analytic, against central differences, called numerical
// (finite_difference.hpp). The check shares nothing with what it checks but forward passes, made on copies, so that no
// state changes.
#pragma once

#include <span>

#include "bnlab/nn/network.hpp"

namespace bnlab {

struct GradcheckOptions {
  // h, relative to the standard deviation of θ's column (a feature of x, a unit's weights), or of all entries of a
  // vector. Batch normalization scales each column by its deviation, so a step that suits a column of deviation 1 is
  // far too coarse for one of 0.003.
  double step = 1e-3;
  int points = 5;             // GC.2; 3: GC.1
  std::size_t entries = 200;  // of each tensor: all where it has no more, else a random sample
  std::uint64_t seed = 1;     // of the sample and of the upstream gradient
};

// One tensor: its analytic and its numerical gradient, compared.
struct GradientCheck {
  std::string tensor;       // "fc1.weight"; "input"
  std::size_t entries = 0;  // compared
  // Of these, with a kink too near: a ReLU's input changes sign between the points, and L is not differentiable there.
  // Both gradients were taken a few steps to the side instead.
  std::size_t moved_off_kink = 0;
  std::size_t at_kink = 0;    // not compared: kinks wherever it was moved
  double error = 0;           // |analytic - numerical| / |numerical|, norms over the entries compared
  double numerical_norm = 0;  // |numerical|
  // Of the entry that differs most.
  std::string where;   // "(3, 17)"
  std::string values;  // "backward 0.25, measured 0.26"
  double analytic = 0;
  double numerical = 0;
  // The numerical gradient is no more than rounding: L does not depend on the tensor, so nothing is checked.
  bool vacuous = false;
  // Both gradients must vanish. The error is |analytic| + |numerical|, over the norm of all gradients.
  bool analytically_zero = false;

  // Error at most `bound`, or 1e-9 where the gradient is analytically zero. False for NaN and where nothing is checked.
  bool good(double bound) const;
};

// L is the cross-entropy of the network's output where there are labels, else Σ r_nd y_nd with a random r: the network
// may be a single layer. (An r of all ones would not see batch normalization's variance, nor softmax.) Checks the
// gradient of every parameter and of the input x [N, D].
std::vector<GradientCheck> check_gradients(const Network& network, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options = {});

}  // namespace bnlab
