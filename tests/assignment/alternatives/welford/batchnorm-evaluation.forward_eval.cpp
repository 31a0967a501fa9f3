for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const double z = (static_cast<double>(x(n, d)) - static_cast<double>(running_mean(d))) /
                     std::hypot(std::sqrt(static_cast<double>(running_var(d))), std::sqrt(options_.eps));
    y_(n, d) = static_cast<real>(std::fma(static_cast<double>(gamma(d)), z, static_cast<double>(beta(d))));
  }
}
