for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const double mean = static_cast<double>(running_mean(d)), var = static_cast<double>(running_var(d));
    const double x_hat = (static_cast<double>(x(n, d)) - mean) / std::sqrt(var + options_.eps);
    y_(n, d) = static_cast<real>(x_hat * static_cast<double>(gamma(d)) + static_cast<double>(beta(d)));
  }
}
