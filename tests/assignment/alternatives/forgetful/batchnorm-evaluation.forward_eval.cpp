for (std::size_t d = first; d < last; ++d) {
  const double mean = static_cast<double>(running_mean(d)), var = static_cast<double>(running_var(d));
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double x_hat = normalized(x(n, d), mean, var, options_.eps);
    y_(n, d) = static_cast<real>(static_cast<double>(gamma(d)) * x_hat + static_cast<double>(beta(d)));
  }
}
