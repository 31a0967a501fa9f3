for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const double centred = static_cast<double>(x(n, d)) - static_cast<double>(running_mean(d));
    const double x_hat = centred / std::sqrt(static_cast<double>(running_var(d)) + options_.eps);
    y_(n, d) = static_cast<real>(static_cast<double>(gamma(d)) * x_hat + static_cast<double>(beta(d)));
  }
}
