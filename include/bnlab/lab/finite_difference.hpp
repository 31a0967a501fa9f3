// Numerical derivatives: central differences of three or five points.
//
// To differentiate a scalar function L of one number s, change s a little both ways and look at L, at two points or at
// four, which cancel the error's h² term as well (s = 0 itself, the third or fifth point, has the weight 0):
//
//   GC.1   L'(0) ≈ (L(h) - L(-h)) / 2h                                 truncation error h² L'''/6
//   GC.2   L'(0) ≈ (8 (L(h) - L(-h)) - (L(2h) - L(-2h))) / 12h         truncation error h⁴ L'''''/30
//
// Rounding adds about u |L| / h to both, with the unit roundoff u = 1e-16 in double.
#pragma once

#include <functional>
#include <optional>

#include "bnlab/lab/loss_function.hpp"

namespace bnlab {

// The derivative of f's loss with respect to s at s = 0. move_to(s) moves f to the point of that s, by changing f's own
// tensors; in the end f is at s = 0. None where the input of a ReLU changes sign between the points: a kink, where L is
// not differentiable.
std::optional<double> central_difference(const LossFunction& f, const std::function<void(double s)>& move_to, double h,
                                         int points);

// The standard deviation of column j of a tensor, or of all entries of a vector. Where they are all the same, the size
// of the tensor's entries.
double scale_of(const Tensor& t, std::size_t j);

// The Euclidean norm of all entries.
double norm_of(const Tensor& t);

}  // namespace bnlab
