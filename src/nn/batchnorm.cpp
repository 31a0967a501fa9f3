#include "bnlab/nn/batchnorm.hpp"

#include <cmath>

namespace bnlab {

BatchNorm::BatchNorm(std::size_t features, BatchNormOptions options) : Layer("BatchNorm"), options_(options) {
  expect_features(features);
  expect_eps(options.eps);
  for (Tensor* t : {&gamma, &beta, &gamma_grad, &beta_grad, &running_mean, &running_var}) *t = Tensor({features});
  for (Tensor* t : {&mean_dy_, &mean_dy_x_hat_, &scale_}) *t = Tensor({features});
  for (Sums* sums : {&mean_, &var_, &inv_std_, &sum_dy_, &sum_dy_x_hat_}) sums->resize(features);
  gamma.fill(1);  // initially y = x̂; with gamma = 0, dx would be 0 and no earlier layer would learn
  running_var.fill(1);
}

// Features are independent: each column of x is normalized on its own.
const Tensor& BatchNorm::forward(const Tensor& x, Mode mode) {
  expect_input(x, gamma.cols());
  if (mode == Mode::train && x.rows() == 1) {
    fail("BatchNorm: expected more than 1 example per batch in training mode, got 1; use a larger batch");
  }
  remember(x, mode);
  y_.resize_like(x);
  if (mode == Mode::eval) {
    for_columns(x.rows(), x.cols(), [&](std::size_t first, std::size_t last) { forward_eval(x, first, last); });
    return y_;
  }
  x_hat_.resize_like(x);
  ++num_batches_tracked;
  for_columns(x.rows(), x.cols(), [&](std::size_t first, std::size_t last) {
    forward_train(x, first, last);
    update_running(x.rows(), first, last);
  });
  return y_;
}

// For feature d, over the N examples of the batch:
//
//   BN.1   μ_d  = (1/N) Σ_n x_nd
//   BN.2   σ²_d = (1/N) Σ_n (x_nd - μ_d)²              biased: divided by N, not N - 1
//   BN.3   x̂_nd = (x_nd - μ_d) / sqrt(σ²_d + ε)
//   BN.4   y_nd = γ_d x̂_nd + β_d
//
// Two passes over x, and sums in double: the one-pass formula σ² = E[x²] - μ² suffers catastrophic cancellation when
// |μ| ≫ σ, and in float can come out negative. Tensors are stored in row-major order, so the outer loop is over
// examples and the inner one over features.
void BatchNorm::forward_train(const Tensor& x, std::size_t first, std::size_t last) {
  // BEGIN SOLUTION batchnorm-forward
  const std::size_t N = x.rows();
  const double inverse_N = 1 / static_cast<double>(N);

  for (std::size_t d = first; d < last; ++d) mean_[d] = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const real* x_n = x.row(n);
    for (std::size_t d = first; d < last; ++d) mean_[d] += x_n[d];
  }
  for (std::size_t d = first; d < last; ++d) mean_[d] *= inverse_N;  // BN.1

  for (std::size_t d = first; d < last; ++d) var_[d] = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const real* x_n = x.row(n);
    for (std::size_t d = first; d < last; ++d) {
      const double centred = x_n[d] - mean_[d];
      var_[d] += centred * centred;
    }
  }
  for (std::size_t d = first; d < last; ++d) {
    var_[d] *= inverse_N;  // BN.2
    inv_std_[d] = 1 / std::sqrt(var_[d] + options_.eps);
  }

  for (std::size_t n = 0; n < N; ++n) {
    const real* x_n = x.row(n);
    const real* g = gamma.row(0);
    const real* b = beta.row(0);
    real* x_hat_n = x_hat_.row(n);
    real* y_n = y_.row(n);
    for (std::size_t d = first; d < last; ++d) {
      x_hat_n[d] = to_real((x_n[d] - mean_[d]) * inv_std_[d]);  // BN.3
      y_n[d] = g[d] * x_hat_n[d] + b[d];                        // BN.4
    }
  }
  // END SOLUTION
}

//   BN.5   running <- (1 - m) running + m batch    with batch = μ_d, and for the variance the unbiased σ²_d N / (N - 1)
void BatchNorm::update_running(std::size_t N, std::size_t first, std::size_t last) {
  // BEGIN SOLUTION batchnorm-evaluation
  const double m = options_.momentum.value_or(1 / static_cast<double>(num_batches_tracked));
  const double unbiased = static_cast<double>(N) / static_cast<double>(N - 1);
  for (std::size_t d = first; d < last; ++d) {
    running_mean(d) = to_real((1 - m) * running_mean(d) + m * mean_[d]);
    running_var(d) = to_real((1 - m) * running_var(d) + m * var_[d] * unbiased);
  }
  // END SOLUTION
}

//   BN.6   y_nd = γ_d (x_nd - running_mean_d) / sqrt(running_var_d + ε) + β_d
//
// Each example is processed independently of the rest of the batch.
void BatchNorm::forward_eval(const Tensor& x, std::size_t first, std::size_t last) {
  // BEGIN SOLUTION batchnorm-evaluation
  for (std::size_t d = first; d < last; ++d) {
    const double inv_std = 1 / std::sqrt(running_var(d) + options_.eps);
    scale_(d) = to_real(gamma(d) * inv_std);
  }
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const real* x_n = x.row(n);
    const real* mean = running_mean.row(0);
    const real* scale = scale_.row(0);
    const real* b = beta.row(0);
    real* y_n = y_.row(n);
    for (std::size_t d = first; d < last; ++d) y_n[d] = (x_n[d] - mean[d]) * scale[d] + b[d];
  }
  // END SOLUTION
}

const Tensor& BatchNorm::backward(const Tensor& dy, Mode mode) {
  const Tensor& x = recall(dy, mode);
  dx_.resize_like(dy);
  for_columns(dy.rows(), dy.cols(), [&](std::size_t first, std::size_t last) {
    if (mode == Mode::train) {
      backward_train(dy, first, last);
    } else {
      backward_eval(dy, x, first, last);
    }
  });
  return dx_;
}

void BatchNorm::backward_train(const Tensor& dy, std::size_t first, std::size_t last) {
  // BEGIN SOLUTION batchnorm-backward
  // Forward was y = γ x̂ + β, and x̂ = (x - μ) / sqrt(σ² + ε), where μ and σ² depend on every x of the column. From
  // BN.4, the gradients of γ and β, each of which contributes to all N outputs of its column:
  //
  //   BN.7   dβ_d = Σ_n dy_nd
  //   BN.8   dγ_d = Σ_n dy_nd x̂_nd
  //
  // Then x, which reaches y by three paths: directly, through μ and through σ². docs/batchnorm.md derives
  // each path; their sum is
  //
  //   BN.9   dx_nd = γ_d / sqrt(σ²_d + ε) · (dy_nd - dβ_d / N - x̂_nd dγ_d / N)
  //
  // In words: subtract from dy its mean, dβ/N, and its component along x̂, which is x̂ dγ/N; then multiply by
  // γ / sqrt(σ² + ε), as in forward. The reason: adding a constant to a column, or (but for ε) scaling it, changes no
  // output, so the gradient has no component in those directions. The 1/N comes from the derivatives of μ and σ².
  const std::size_t N = dy.rows();
  const double inverse_N = 1 / static_cast<double>(N);

  for (std::size_t d = first; d < last; ++d) {
    sum_dy_[d] = 0;
    sum_dy_x_hat_[d] = 0;
  }
  for (std::size_t n = 0; n < N; ++n) {
    const real* dy_n = dy.row(n);
    const real* x_hat_n = x_hat_.row(n);
    for (std::size_t d = first; d < last; ++d) {
      sum_dy_[d] += dy_n[d];
      sum_dy_x_hat_[d] += static_cast<double>(dy_n[d]) * x_hat_n[d];
    }
  }

  for (std::size_t d = first; d < last; ++d) {
    beta_grad(d) = to_real(sum_dy_[d]);         // BN.7
    gamma_grad(d) = to_real(sum_dy_x_hat_[d]);  // BN.8
    mean_dy_(d) = to_real(sum_dy_[d] * inverse_N);
    mean_dy_x_hat_(d) = to_real(sum_dy_x_hat_[d] * inverse_N);
    scale_(d) = to_real(gamma(d) * inv_std_[d]);
  }

  for (std::size_t n = 0; n < N; ++n) {
    const real* dy_n = dy.row(n);
    const real* x_hat_n = x_hat_.row(n);
    const real* scale = scale_.row(0);
    const real* mean_dy = mean_dy_.row(0);
    const real* mean_dy_x_hat = mean_dy_x_hat_.row(0);
    real* dx_n = dx_.row(n);
    for (std::size_t d = first; d < last; ++d) {  // BN.9
      dx_n[d] = scale[d] * (dy_n[d] - mean_dy[d] - x_hat_n[d] * mean_dy_x_hat[d]);
    }
  }
  // END SOLUTION
}

void BatchNorm::backward_eval(const Tensor& dy, const Tensor& x, std::size_t first, std::size_t last) {
  // BEGIN SOLUTION batchnorm-evaluation
  // In evaluation mode the statistics are constants, so BN.9 reduces to the direct path. BN.7 and BN.8 hold with
  // x̂_nd = (x_nd - running_mean_d) / sqrt(running_var_d + ε). Column by column, although that is slower: training
  // never calls this.
  //
  //   BN.10   dx_nd = γ_d / sqrt(running_var_d + ε) · dy_nd
  for (std::size_t d = first; d < last; ++d) {
    const double inv_std = 1 / std::sqrt(running_var(d) + options_.eps);
    const double scale = gamma(d) * inv_std;
    const double mean = running_mean(d);
    double sum_dy = 0;
    double sum_dy_x_hat = 0;
    for (std::size_t n = 0; n < dy.rows(); ++n) {
      sum_dy += dy(n, d);
      sum_dy_x_hat += dy(n, d) * (x(n, d) - mean) * inv_std;
      dx_(n, d) = to_real(scale * dy(n, d));
    }
    beta_grad(d) = to_real(sum_dy);
    gamma_grad(d) = to_real(sum_dy_x_hat);
  }
  // END SOLUTION
}

std::vector<Parameter> BatchNorm::parameters() {
  if (!options_.affine) return {};
  return {{"weight", &gamma, &gamma_grad}, {"bias", &beta, &beta_grad}};
}

std::vector<Buffer> BatchNorm::buffers() {
  return {{.name = "running_mean", .values = &running_mean},
          {.name = "running_var", .values = &running_var, .not_negative = true},
          {.name = "num_batches_tracked", .count = &num_batches_tracked, .may_be_missing = true}};
}

}  // namespace bnlab
