std::fill(&mean_[0] + first, &mean_[0] + last, 0.0);
std::fill(&var_[0] + first, &var_[0] + last, 0.0);
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const double before = static_cast<double>(x(n, d)) - mean_[d];
    mean_[d] += before / static_cast<double>(n + 1);
    const double after = static_cast<double>(x(n, d)) - mean_[d];
    var_[d] += (before * after - var_[d]) / static_cast<double>(n + 1);
  }
}
for (std::size_t d = first; d < last; ++d) inv_std_[d] = 1 / std::sqrt(var_[d] + options_.eps);
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const double x_hat = (static_cast<double>(x(n, d)) - mean_[d]) * inv_std_[d];
    x_hat_(n, d) = static_cast<real>(x_hat);
    y_(n, d) = static_cast<real>(static_cast<double>(gamma(d)) * x_hat + static_cast<double>(beta(d)));
  }
}
