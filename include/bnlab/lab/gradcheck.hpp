// The gradient check: the gradients of backward passes, called analytic, against central differences, called numerical
// (finite_difference.hpp), entry by entry for some, and along directions for all of them (direction.hpp). The check
// shares nothing with what it checks but forward passes, made on copies, so that no state changes.
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
  int directions = 3;         // of each tensor: random, all entries at once
  bool consistency = true;    // also with threads, and without dx
  std::uint64_t seed = 1;     // of the sample, of the directions and of the upstream gradient
};

// One tensor: its analytic and its numerical gradient, compared.
struct GradientCheck {
  std::string tensor;       // "fc1.weight"; "input"
  std::size_t entries = 0;  // compared
  // Of these, with a kink too near: a ReLU's input changes sign between the points, and L is not differentiable there.
  // Both gradients were taken a few steps to the side instead.
  std::size_t moved_off_kink = 0;
  std::size_t at_kink = 0;  // entries and directions not compared: kinks wherever the point was moved
  double error = 0;         // |analytic - numerical| / |numerical|, norms over the entries compared
  // |analytic - numerical| of the sum of GC.3, over the root of its terms' sum of squares: the worst direction.
  double direction_error = 0;
  double numerical_norm = 0;  // |numerical|
  // Of the entry that differs most. Where only directions show an error, the entry is searched for.
  std::string where;   // "(3, 17)"
  std::string values;  // "backward 0.25, measured 0.26"
  double analytic = 0;
  double numerical = 0;
  // The numerical gradient is no more than rounding: L does not depend on the tensor, so nothing is checked.
  bool vacuous = false;
  // Both gradients must vanish. The errors are |analytic| + |numerical|, over the norm of all gradients.
  bool analytically_zero = false;
  // What the gradient depends on and should not: "differs with 2 threads" (consistency.hpp). Empty where all is well.
  std::string inconsistency;

  // Both errors at most `bound`, or 1e-9 where the gradient is analytically zero. False for NaN, where nothing is
  // checked, and where the gradient is inconsistent.
  bool good(double bound) const;
};

// L is the cross-entropy of the network's output where there are labels, else Σ r_nd y_nd with a random r: the network
// may be a single layer. (An r of all ones would not see batch normalization's variance, nor softmax.) Checks the
// gradient of every parameter and of the input x [N, D].
std::vector<GradientCheck> check_gradients(const Network& network, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options = {});

}  // namespace bnlab
