for (std::size_t d = last; d-- > first;) {
  const double inv_std = std::pow(options_.eps + static_cast<double>(running_var(d)), -0.5);
  double sum_dy_x_hat = 0, sum_dy = 0;
  for (std::size_t n = dy.rows(); n-- > 0;) {
    sum_dy_x_hat +=
        (static_cast<double>(x(n, d)) - static_cast<double>(running_mean(d))) * static_cast<double>(dy(n, d));
    sum_dy += static_cast<double>(dy(n, d));
    dx_(n, d) = static_cast<real>(static_cast<double>(dy(n, d)) * inv_std * static_cast<double>(gamma(d)));
  }
  gamma_grad(d) = static_cast<real>(sum_dy_x_hat * inv_std);
  beta_grad(d) = static_cast<real>(sum_dy);
}
