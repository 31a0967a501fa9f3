for (std::size_t d = first; d < last; ++d) {
  const double a = static_cast<double>(gamma(d)) / std::sqrt(static_cast<double>(running_var(d)) + options_.eps);
  const double b = static_cast<double>(beta(d)) - a * static_cast<double>(running_mean(d));
  for (std::size_t n = 0; n < x.rows(); ++n) y_(n, d) = static_cast<real>(a * static_cast<double>(x(n, d)) + b);
}
