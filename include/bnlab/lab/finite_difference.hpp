// Numerical derivatives: central differences of three or five points.
//
// To differentiate a scalar function L with respect to one number θ, change θ a little both ways and look at L, at two
// points or at four, which cancel the error's h² term as well (θ itself, the third or fifth point, has the weight 0):
//
//   GC.1   ∂L/∂θ ≈ (L(θ + h) - L(θ - h)) / 2h                                     truncation error h² L'''/6
//   GC.2   ∂L/∂θ ≈ (8 (L(θ + h) - L(θ - h)) - (L(θ + 2h) - L(θ - 2h))) / 12h      truncation error h⁴ L'''''/30
//
// Rounding adds about u |L| / h to both, with the unit roundoff u = 1e-16 in double.
#pragma once

#include <optional>

#include "bnlab/lab/loss_function.hpp"

namespace bnlab {

// The derivative of L with respect to θ, which is one of f's own numbers and is left as it was. None where the input of
// a ReLU changes sign between the points: a kink, where L is not differentiable.
std::optional<double> central_difference(const LossFunction& f, real& theta, real h, int points);

// The standard deviation of column j of a tensor, or of all entries of a vector. Where they are all the same, the size
// of the tensor's entries.
double scale_of(const Tensor& t, std::size_t j);

// The Euclidean norm of all entries.
double norm_of(const Tensor& t);

}  // namespace bnlab
