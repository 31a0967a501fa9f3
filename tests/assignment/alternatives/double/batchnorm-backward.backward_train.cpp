const Tensor& x = recall(dy, Mode::train);
const std::size_t N = dy.rows();
for (std::size_t d = first; d < last; ++d) {
  long double dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const double x_hat = (static_cast<double>(x(n, d)) - mean_[d]) * inv_std_[d];
    dbeta += static_cast<long double>(dy(n, d));
    dgamma += static_cast<long double>(dy(n, d)) * static_cast<long double>(x_hat);
  }
  beta_grad(d) = static_cast<real>(dbeta);
  gamma_grad(d) = static_cast<real>(dgamma);
  const double mean_dy = static_cast<double>(dbeta) / static_cast<double>(N);
  const double mean_dy_x_hat = static_cast<double>(dgamma) / static_cast<double>(N);
  for (std::size_t n = 0; n < N; ++n) {
    const double x_hat = (static_cast<double>(x(n, d)) - mean_[d]) * inv_std_[d];
    const double inner = static_cast<double>(dy(n, d)) - mean_dy - x_hat * mean_dy_x_hat;
    dx_(n, d) = static_cast<real>(static_cast<double>(gamma(d)) * inv_std_[d] * inner);
  }
}
