for (std::size_t d = first; d < last; ++d) {
  const double mean = column_mean(x, d), var = column_variance(x, d, 0);
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double x_hat = normalized(x(n, d), mean, var, options_.eps);
    y_(n, d) = static_cast<real>(static_cast<double>(gamma(d)) * x_hat + static_cast<double>(beta(d)));
  }
}
