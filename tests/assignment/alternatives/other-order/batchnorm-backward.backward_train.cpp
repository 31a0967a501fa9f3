const double N = static_cast<double>(dy.rows());
for (std::size_t d = last; d-- > first;) {
  double sum_dy_x_hat = 0, sum_dy = 0;
  for (std::size_t n = dy.rows(); n-- > 0;) {
    sum_dy_x_hat += static_cast<double>(x_hat_(n, d)) * static_cast<double>(dy(n, d));
    sum_dy += static_cast<double>(dy(n, d));
  }
  gamma_grad(d) = static_cast<real>(sum_dy_x_hat);
  beta_grad(d) = static_cast<real>(sum_dy);
  for (std::size_t n = dy.rows(); n-- > 0;) {
    const double inner =
        -sum_dy_x_hat / N * static_cast<double>(x_hat_(n, d)) - sum_dy / N + static_cast<double>(dy(n, d));
    dx_(n, d) = static_cast<real>(inner * inv_std_[d] * static_cast<double>(gamma(d)));
  }
}
