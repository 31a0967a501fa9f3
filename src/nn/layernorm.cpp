#include "bnlab/nn/layernorm.hpp"

#include <cmath>

namespace bnlab {

LayerNorm::LayerNorm(std::size_t features, double eps) : Layer("LayerNorm"), eps_(eps) {
  expect_features(features);
  expect_eps(eps);
  for (Tensor* t : {&gamma, &beta, &gamma_grad, &beta_grad}) *t = Tensor({features});
  for (Sums* sums : {&sum_dy_, &sum_dy_x_hat_}) sums->resize(features);
  gamma.fill(1);
}

// For example n, over its D features:
//
//   LN.1   μ_n  = (1/D) Σ_d x_nd
//   LN.2   σ²_n = (1/D) Σ_d (x_nd - μ_n)²              biased: divided by D, not D - 1
//   LN.3   x̂_nd = (x_nd - μ_n) / sqrt(σ²_n + ε)
//   LN.4   y_nd = γ_d x̂_nd + β_d
//
// As BN.1 to BN.4 with rows and columns exchanged, except that γ and β remain per feature.
double LayerNorm::forward_example(const real* x, real* x_hat, real* y) const {
  const std::size_t D = gamma.cols();
  const double inverse_D = 1 / static_cast<double>(D);
  double mean = 0;
  for (std::size_t d = 0; d < D; ++d) mean += x[d];
  mean *= inverse_D;  // LN.1
  double var = 0;
  for (std::size_t d = 0; d < D; ++d) {
    const double centred = x[d] - mean;
    var += centred * centred;
  }
  var *= inverse_D;  // LN.2
  const double inv_std = 1 / std::sqrt(var + eps_);
  for (std::size_t d = 0; d < D; ++d) {
    x_hat[d] = to_real((x[d] - mean) * inv_std);  // LN.3
    y[d] = gamma(d) * x_hat[d] + beta(d);         // LN.4
  }
  return inv_std;
}

const Tensor& LayerNorm::forward(const Tensor& x, Mode mode) {
  expect_input(x, gamma.cols());
  remember(x, mode);
  y_.resize_like(x);
  x_hat_.resize_like(x);
  inv_std_.resize(x.rows());
  parallel_for(threads_, x.rows(), 16384 / x.cols() + 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t n = begin; n < end; ++n) inv_std_[n] = forward_example(x.row(n), x_hat_.row(n), y_.row(n));
  });
  return y_;
}

// γ and β are shared by all examples, so their gradients are sums over the batch, as in BN.7 and BN.8:
//
//   LN.5   dβ_d = Σ_n dy_nd
//   LN.6   dγ_d = Σ_n dy_nd x̂_nd
//
void LayerNorm::backward_parameters(const Tensor& dy, std::size_t first, std::size_t last) {
  for (std::size_t d = first; d < last; ++d) {
    sum_dy_[d] = 0;
    sum_dy_x_hat_[d] = 0;
  }
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    const real* dy_n = dy.row(n);
    const real* x_hat_n = x_hat_.row(n);
    for (std::size_t d = first; d < last; ++d) {
      sum_dy_[d] += dy_n[d];
      sum_dy_x_hat_[d] += static_cast<double>(dy_n[d]) * x_hat_n[d];
    }
  }
  for (std::size_t d = first; d < last; ++d) {
    beta_grad(d) = to_real(sum_dy_[d]);         // LN.5
    gamma_grad(d) = to_real(sum_dy_x_hat_[d]);  // LN.6
  }
}

// x_nd reaches the D outputs of its own example: directly, through μ_n and through σ²_n. The three paths are those of
// BN.9, with one difference: γ_d varies within the sum over d, so it cannot be factored out. With g_nd = γ_d dy_nd:
//
//   LN.7   dx_nd = 1 / sqrt(σ²_n + ε) · (g_nd - (1/D) Σ_k g_nk - x̂_nd (1/D) Σ_k g_nk x̂_nk)
void LayerNorm::backward_example(const real* dy, const real* x_hat, double inv_std, real* dx) const {
  const std::size_t D = gamma.cols();
  double mean_g = 0;
  double mean_g_x_hat = 0;
  for (std::size_t d = 0; d < D; ++d) {
    const double g = static_cast<double>(gamma(d)) * dy[d];
    mean_g += g;
    mean_g_x_hat += g * x_hat[d];
  }
  mean_g /= static_cast<double>(D);
  mean_g_x_hat /= static_cast<double>(D);
  for (std::size_t d = 0; d < D; ++d) {  // LN.7
    const double g = static_cast<double>(gamma(d)) * dy[d];
    dx[d] = to_real(inv_std * (g - mean_g - x_hat[d] * mean_g_x_hat));
  }
}

const Tensor& LayerNorm::backward(const Tensor& dy, Mode mode) {
  recall(dy, mode);
  const std::size_t N = dy.rows(), D = dy.cols();
  for_columns(N, D, [&](std::size_t first, std::size_t last) { backward_parameters(dy, first, last); });
  dx_.resize_like(dy);
  parallel_for(threads_, N, 16384 / D + 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t n = begin; n < end; ++n) backward_example(dy.row(n), x_hat_.row(n), inv_std_[n], dx_.row(n));
  });
  return dx_;
}

std::vector<Parameter> LayerNorm::parameters() {
  return {{"weight", &gamma, &gamma_grad}, {"bias", &beta, &beta_grad}};
}

}  // namespace bnlab
