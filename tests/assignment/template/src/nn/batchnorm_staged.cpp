#include "bnlab/nn/batchnorm_staged.hpp"

#include <cmath>

namespace bnlab {

Tensor stage_dx_hat(const Tensor& dy, const Tensor& gamma) {
  // BEGIN SOLUTION batchnorm-backward
  // y_nd = γ_d x̂_nd + β_d: x̂_nd is in y_nd only, with the derivative γ_d.
  Tensor dx_hat;
  dx_hat.resize_like(dy);
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    for (std::size_t d = 0; d < dy.cols(); ++d) dx_hat(n, d) = gamma(d) * dy(n, d);
  }
  return dx_hat;
  // END SOLUTION
}

Tensor stage_dvar(const Tensor& dx_hat, const Tensor& x, const Tensor& mean, const Tensor& var, double eps) {
  // BEGIN SOLUTION batchnorm-backward
  // x̂_nd = (x_nd - μ_d) (σ²_d + ε)^(-1/2): σ²_d is in x̂_nd for every n, and the derivative of the
  // power is -½ (σ²_d + ε)^(-3/2).
  Tensor dvar({x.cols()});
  for (std::size_t d = 0; d < x.cols(); ++d) {
    double sum = 0;
    for (std::size_t n = 0; n < x.rows(); ++n) {
      sum += dx_hat(n, d) * (static_cast<double>(x(n, d)) - mean(d));
    }
    dvar(d) = to_real(-0.5 * sum * std::pow(var(d) + eps, -1.5));
  }
  return dvar;
  // END SOLUTION
}

Tensor stage_dmean(const Tensor& dx_hat, const Tensor& dvar, const Tensor& x, const Tensor& mean, const Tensor& var,
                   double eps) {
  // BEGIN SOLUTION batchnorm-backward
  // μ_d is in x̂_nd for every n, with the derivative -1/sqrt(σ²_d + ε); and in σ²_d, with the derivative -2 times the
  // mean of x_nd - μ_d: that is 0, but part of the derivation.
  Tensor dmean({x.cols()});
  for (std::size_t d = 0; d < x.cols(); ++d) {
    const double inv_std = 1 / std::sqrt(var(d) + eps);
    double sum_dx_hat = 0;
    double centred = 0;
    for (std::size_t n = 0; n < x.rows(); ++n) {
      sum_dx_hat += dx_hat(n, d);
      centred += static_cast<double>(x(n, d)) - mean(d);
    }
    const double through_var = dvar(d) * -2 * centred / static_cast<double>(x.rows());
    dmean(d) = to_real(through_var - inv_std * sum_dx_hat);
  }
  return dmean;
  // END SOLUTION
}

Tensor stage_dx(const Tensor& dx_hat, const Tensor& dvar, const Tensor& dmean, const Tensor& x, const Tensor& mean,
                const Tensor& var, double eps) {
  // BEGIN SOLUTION batchnorm-backward
  // x_nd is in x̂_nd, with the derivative 1/sqrt(σ²_d + ε); in σ²_d, with 2 (x_nd - μ_d) / N; and in μ_d, with 1/N.
  Tensor dx;
  dx.resize_like(x);
  const double N = static_cast<double>(x.rows());
  for (std::size_t d = 0; d < x.cols(); ++d) {
    const double inv_std = 1 / std::sqrt(var(d) + eps);
    for (std::size_t n = 0; n < x.rows(); ++n) {
      const double centred = static_cast<double>(x(n, d)) - mean(d);
      dx(n, d) = to_real(dx_hat(n, d) * inv_std + dvar(d) * 2 * centred / N + dmean(d) / N);
    }
  }
  return dx;
  // END SOLUTION
}

}  // namespace bnlab
