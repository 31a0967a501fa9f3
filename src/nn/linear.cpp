#include "bnlab/nn/linear.hpp"

#include <cmath>

namespace bnlab {

Linear::Linear(std::size_t in, std::size_t out, Random random, bool has_bias)
    : Layer("Linear"),
      weight({expect_features(in), expect_features(out)}, Layout::panels),
      bias({out}),
      weight_grad({in, out}, Layout::panels),
      bias_grad({out}),
      has_bias_(has_bias) {
  // A sum of `in` independent terms w x has `in` times the variance of one. With w uniform in ±a, whose variance is
  // a²/3, and a = 1/sqrt(in), E[(x W)²] = E[x²] / 3, independent of the fan-in.
  const double a = 1 / std::sqrt(static_cast<double>(in));
  for (std::size_t i = 0; i < in; ++i) {
    for (std::size_t j = 0; j < out; ++j) weight(i, j) = static_cast<real>(random.uniform(-a, a));
  }
  for (std::size_t j = 0; j < out && has_bias; ++j) bias(j) = static_cast<real>(random.uniform(-a, a));
}

// LIN.1   y_nj = Σ_i x_ni W_ij + b_j
const Tensor& Linear::forward(const Tensor& x, Mode mode) {
  expect_input(x, weight.rows());
  remember(x, mode);
  const std::size_t N = x.rows(), D = weight.cols();
  y_.resize({N, D});

  // BEGIN SOLUTION linear-forward
  matmul(x, weight, y_, threads_);  // [N, in] · [in, out] -> [N, out]
  for_columns(N, D, [&](std::size_t first, std::size_t last) {
    for (std::size_t n = 0; n < N; ++n) {
      real* y_n = y_.row(n);
      for (std::size_t j = first; j < last; ++j) y_n[j] += bias(j);
    }
  });
  // END SOLUTION
  return y_;
}

const Tensor& Linear::backward(const Tensor& dy, Mode mode) {
  const Tensor& x = recall(dy, mode);
  // BEGIN SOLUTION linear-backward
  // Forward was y_nj = Σ_i x_ni W_ij + b_j. For each of W, b and x: which y depend on it? Sum over those:
  //
  //   ∂y_nj/∂W_ij = x_ni, for every n:    LIN.2   dW_ij = Σ_n x_ni dy_nj     dW = xᵀ dy
  //   ∂y_nj/∂b_j  = 1,    for every n:    LIN.3   db_j  = Σ_n dy_nj
  //   ∂y_nj/∂x_ni = W_ij, for every j:    LIN.4   dx_ni = Σ_j dy_nj W_ij     dx = dy Wᵀ
  //
  // Only this order fits the shapes: dW must be [in, out], and xᵀ dy is [in, N] · [N, out].
  const std::size_t N = dy.rows(), D = dy.cols();
  matmul_tn(x, dy, weight_grad, scratch_, threads_);  // LIN.2
  bias_grad.fill(0);
  for_columns(N, D, [&](std::size_t first, std::size_t last) {  // LIN.3
    for (std::size_t n = 0; n < N; ++n) {
      const real* dy_n = dy.row(n);
      for (std::size_t j = first; j < last; ++j) bias_grad(j) += dy_n[j];
    }
  });
  if (skip_dx_) {
    dx_ = Tensor();
    return dx_;
  }
  dx_.resize({N, weight.rows()});
  matmul_nt(dy, weight, dx_, scratch_, threads_);  // LIN.4
  // END SOLUTION
  return dx_;
}

std::vector<Parameter> Linear::parameters() {
  std::vector<Parameter> all = {{"weight", &weight, &weight_grad}};
  if (has_bias_) all.push_back({"bias", &bias, &bias_grad});
  return all;
}

}  // namespace bnlab
