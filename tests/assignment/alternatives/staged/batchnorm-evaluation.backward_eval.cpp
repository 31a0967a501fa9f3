const std::size_t N = dy.rows();
for (std::size_t d = first; d < last; ++d) {
  const double std = std::sqrt(static_cast<double>(running_var(d)) + options_.eps);
  // dbeta
  double dbeta = 0;
  for (std::size_t n = 0; n < N; ++n) dbeta += static_cast<double>(dy(n, d));
  beta_grad(d) = static_cast<real>(dbeta);
  // dgamma
  double dgamma = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const double x_hat = (static_cast<double>(x(n, d)) - static_cast<double>(running_mean(d))) / std;
    dgamma += static_cast<double>(dy(n, d)) * x_hat;
  }
  gamma_grad(d) = static_cast<real>(dgamma);
  // dx_hat, dx
  for (std::size_t n = 0; n < N; ++n) {
    const double dx_hat = static_cast<double>(dy(n, d)) * static_cast<double>(gamma(d));
    dx_(n, d) = static_cast<real>(dx_hat / std);
  }
}
