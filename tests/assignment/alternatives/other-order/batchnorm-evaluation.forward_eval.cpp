for (std::size_t d = last; d-- > first;) {
  const double inv_std = std::pow(options_.eps + static_cast<double>(running_var(d)), -0.5);
  for (std::size_t n = x.rows(); n-- > 0;) {
    const double x_hat = inv_std * (static_cast<double>(x(n, d)) - static_cast<double>(running_mean(d)));
    y_(n, d) = static_cast<real>(static_cast<double>(beta(d)) + x_hat * static_cast<double>(gamma(d)));
  }
}
