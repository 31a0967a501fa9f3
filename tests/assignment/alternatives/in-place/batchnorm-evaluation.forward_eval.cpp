for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    y_(n, d) = x(n, d) - running_mean(d);
    y_(n, d) /= static_cast<real>(std::sqrt(static_cast<double>(running_var(d)) + options_.eps));
    y_(n, d) *= gamma(d);
    y_(n, d) += beta(d);
  }
}
