// A direction in the space of a tensor's entries, and the slope of the loss along it.
//
// The gradient check looks along two kinds of directions. Along a single entry the slope is one entry of the gradient:
// it says what is wrong, but a large tensor has too many of them to measure. Along a direction v in which all entries
// move at once, it is the sum of all products
//
//   GC.3   d/ds L(θ + s v) = Σ_e ∂L/∂θ_e v_e
//
// so one measurement depends on every entry of the gradient. Each v_e is a random sign times a step. Hence the error of
// one wrong entry is seen whichever it is: it enters with full weight, and nothing cancels it. Where several entries
// are wrong, their errors may cancel for one choice of signs, but hardly for another: the mean square of the sum is the
// sum of the squares. (Random signs as a probe of a whole matrix: Hutchinson 1990. PyTorch's gradcheck has a fast mode
// of random directions.)
#pragma once

#include <optional>
#include <vector>

#include "bnlab/lab/loss_function.hpp"

namespace bnlab {

// The entries that move, as i * cols + j, and how far: the v_e of GC.3, small enough for a finite difference with
// h = 1.
struct Direction {
  std::vector<std::size_t> entries;
  std::vector<real> steps;
};

// A step of `step` standard deviations of its column (finite_difference.hpp) for each of these entries, divided by the
// root of their number, so that all together move as far as one would alone.
Direction direction_of(const Tensor& t, const std::vector<std::size_t>& entries, double step);

// The same with random signs.
Direction random_direction(const Tensor& t, const std::vector<std::size_t>& entries, double step, Random& random);

// The slope along a direction, from both gradients.
struct Slopes {
  double analytic = 0;
  std::optional<double> numerical;  // none: kinks wherever the point was moved
  double size = 0;     // sqrt(Σ_e (∂L/∂θ_e v_e)²), of the analytic gradient: what the sum is likely to be
  bool moved = false;  // both were taken to the side, as there was a kink too near
};

// `tensor` is one of f's, in which it is left as it was, and `analytic` its gradient.
Slopes slopes_along(LossFunction& f, const Parameter& tensor, const Tensor& analytic, const Direction& direction,
                    int points);

}  // namespace bnlab
