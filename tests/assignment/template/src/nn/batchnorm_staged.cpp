#include "bnlab/nn/batchnorm_staged.hpp"

#include <cmath>

namespace bnlab {

Tensor stage_dx_hat(const Tensor& dy, const Tensor& gamma) {
  // BEGIN SOLUTION batchnorm-backward
  // y_nd = γ_d x̂_nd + β_d: x̂_nd went into y_nd alone, times γ_d.
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
  // x̂_nd = (x_nd - μ_d) (σ²_d + ε)^(-1/2): σ²_d went into x̂_nd for every n, and the power's slope is -½ (σ²_d + ε)^(-3/2).
  Tensor dvar({x.cols()});
  for (std::size_t d = 0; d < x.cols(); ++d) {
    double sum = 0;
    for (std::size_t n = 0; n < x.rows(); ++n) {
      sum += static_cast<double>(dx_hat(n, d)) * (static_cast<double>(x(n, d)) - static_cast<double>(mean(d)));
    }
    dvar(d) = static_cast<real>(-0.5 * sum * std::pow(static_cast<double>(var(d)) + eps, -1.5));
  }
  return dvar;
  // END SOLUTION
}

Tensor stage_dmean(const Tensor& dx_hat, const Tensor& dvar, const Tensor& x, const Tensor& mean, const Tensor& var,
                   double eps) {
  // BEGIN SOLUTION batchnorm-backward
  // μ_d went into x̂_nd for every n, times -1/sqrt(σ²_d + ε); and into σ²_d, whose slope is -2 times the mean of
  // x_nd - μ_d: that is 0, but part of the derivation.
  Tensor dmean({x.cols()});
  for (std::size_t d = 0; d < x.cols(); ++d) {
    const double inv_std = 1 / std::sqrt(static_cast<double>(var(d)) + eps);
    double sum_dx_hat = 0, centred = 0;
    for (std::size_t n = 0; n < x.rows(); ++n) {
      sum_dx_hat += static_cast<double>(dx_hat(n, d));
      centred += static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
    }
    const double through_var = static_cast<double>(dvar(d)) * -2 * centred / static_cast<double>(x.rows());
    dmean(d) = static_cast<real>(through_var - inv_std * sum_dx_hat);
  }
  return dmean;
  // END SOLUTION
}

Tensor stage_dx(const Tensor& dx_hat, const Tensor& dvar, const Tensor& dmean, const Tensor& x, const Tensor& mean,
                const Tensor& var, double eps) {
  // BEGIN SOLUTION batchnorm-backward
  // x_nd went into x̂_nd, times 1/sqrt(σ²_d + ε); into σ²_d, times 2 (x_nd - μ_d) / N; and into μ_d, times 1/N.
  Tensor dx;
  dx.resize_like(x);
  const double N = static_cast<double>(x.rows());
  for (std::size_t d = 0; d < x.cols(); ++d) {
    const double inv_std = 1 / std::sqrt(static_cast<double>(var(d)) + eps);
    for (std::size_t n = 0; n < x.rows(); ++n) {
      const double centred = static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
      dx(n, d) = static_cast<real>(static_cast<double>(dx_hat(n, d)) * inv_std +
                                   static_cast<double>(dvar(d)) * 2 * centred / N + static_cast<double>(dmean(d)) / N);
    }
  }
  return dx;
  // END SOLUTION
}

}  // namespace bnlab
