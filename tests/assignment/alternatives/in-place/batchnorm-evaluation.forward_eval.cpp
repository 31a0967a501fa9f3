Tensor& y = y_[static_cast<int>(Mode::eval)];
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    y(n, d) = x(n, d) - running_mean(d);
    y(n, d) /= static_cast<real>(std::sqrt(static_cast<double>(running_var(d)) + options_.eps));
    y(n, d) *= gamma(d);
    y(n, d) += beta(d);
  }
}
