const real N = static_cast<real>(dy.rows());
for (std::size_t d = first; d < last; ++d) {
  real dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < dy.rows(); ++n) dbeta += dy(n, d);
  for (std::size_t n = 0; n < dy.rows(); ++n) dgamma += dy(n, d) * x_hat_(n, d);
  const real inv_std = static_cast<real>(inv_std_[d]);
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    dx_(n, d) = gamma(d) * inv_std * (dy(n, d) - dbeta / N - x_hat_(n, d) * dgamma / N);
  }
  beta_grad(d) = dbeta;
  gamma_grad(d) = dgamma;
}
