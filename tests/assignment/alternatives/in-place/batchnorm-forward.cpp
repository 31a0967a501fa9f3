const std::size_t N = x.rows();
for (std::size_t d = first; d < last; ++d) mean_[d] = var_[d] = 0;
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = first; d < last; ++d) mean_[d] += static_cast<double>(x(n, d)) / static_cast<double>(N);
}
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = first; d < last; ++d) {
    y_(n, d) = static_cast<real>(static_cast<double>(x(n, d)) - mean_[d]);
    var_[d] += static_cast<double>(y_(n, d)) * static_cast<double>(y_(n, d)) / static_cast<double>(N);
  }
}
for (std::size_t d = first; d < last; ++d) inv_std_[d] = 1 / std::sqrt(var_[d] + options_.eps);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = first; d < last; ++d) {
    y_(n, d) *= static_cast<real>(inv_std_[d]);
    x_hat_(n, d) = y_(n, d);
    y_(n, d) *= gamma(d);
    y_(n, d) += beta(d);
  }
}
