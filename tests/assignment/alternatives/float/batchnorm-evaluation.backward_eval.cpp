const real eps = static_cast<real>(options_.eps);
for (std::size_t d = first; d < last; ++d) {
  const real inv_std = 1 / std::sqrt(running_var(d) + eps);
  real dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    dbeta += dy(n, d);
    dgamma += dy(n, d) * (x(n, d) - running_mean(d)) * inv_std;
    dx_(n, d) = dy(n, d) * gamma(d) * inv_std;
  }
  beta_grad(d) = dbeta;
  gamma_grad(d) = dgamma;
}
