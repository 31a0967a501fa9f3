// The backward pass of batch normalization in four stages, each of which undoes one line of the forward pass:
//
//   forward      μ = mean of x    σ² = mean of (x - μ)²    x̂ = (x - μ) / sqrt(σ² + ε)    y = γ x̂ + β
//   backward     dx     <-  dμ    <-   dσ²    <-           dx̂            <-               dy
//
// Each stage gets what the stages before it found, and sums over all paths by which its variable reached the loss. The
// notation is that of bnlab/nn/layer.hpp: dσ² is short for ∂L/∂σ², a number for each of the D columns.
#pragma once

#include "bnlab/core/tensor.hpp"

namespace bnlab {

// dy [N, D], gamma [D] -> dx̂ [N, D].
Tensor stage_dx_hat(const Tensor& dy, const Tensor& gamma);

// dx̂ [N, D]; x [N, D], its mean [D] and its (biased) variance [D] -> dσ² [D].
Tensor stage_dvar(const Tensor& dx_hat, const Tensor& x, const Tensor& mean, const Tensor& var, double eps);

// The same and dσ² [D] -> dμ [D].
Tensor stage_dmean(const Tensor& dx_hat, const Tensor& dvar, const Tensor& x, const Tensor& mean, const Tensor& var,
                   double eps);

// The same and dμ [D] -> dx [N, D].
Tensor stage_dx(const Tensor& dx_hat, const Tensor& dvar, const Tensor& dmean, const Tensor& x, const Tensor& mean,
                const Tensor& var, double eps);

}  // namespace bnlab
