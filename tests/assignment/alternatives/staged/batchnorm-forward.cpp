const std::size_t N = x.rows();
// stage 1: the mean
for (std::size_t d = first; d < last; ++d) {
  double sum = 0;
  for (std::size_t n = 0; n < N; ++n) sum += static_cast<double>(x(n, d));
  mean_[d] = sum / static_cast<double>(N);
}
// stage 2: the variance
for (std::size_t d = first; d < last; ++d) {
  double sum = 0;
  for (std::size_t n = 0; n < N; ++n) sum += std::pow(static_cast<double>(x(n, d)) - mean_[d], 2.0);
  var_[d] = sum / static_cast<double>(N);
}
// stage 3: normalize
for (std::size_t d = first; d < last; ++d) {
  inv_std_[d] = 1.0 / std::sqrt(var_[d] + options_.eps);
  for (std::size_t n = 0; n < N; ++n) {
    x_hat_(n, d) = static_cast<real>((static_cast<double>(x(n, d)) - mean_[d]) / std::sqrt(var_[d] + options_.eps));
  }
}
// stage 4: scale and shift
for (std::size_t d = first; d < last; ++d) {
  for (std::size_t n = 0; n < N; ++n) y_(n, d) = gamma(d) * x_hat_(n, d) + beta(d);
}
