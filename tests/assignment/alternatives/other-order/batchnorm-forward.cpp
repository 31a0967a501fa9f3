const std::size_t N = x.rows();
for (std::size_t d = last; d-- > first;) {
  double sum = 0;
  for (std::size_t n = N; n-- > 0;) sum += static_cast<double>(x(n, d));
  const double mean = sum / static_cast<double>(N);
  double squares = 0;
  for (std::size_t n = N; n-- > 0;) {
    const double centred = mean - static_cast<double>(x(n, d));
    squares += centred * centred;
  }
  var_[d] = squares / static_cast<double>(N);
  mean_[d] = mean;
  inv_std_[d] = std::pow(options_.eps + var_[d], -0.5);
  for (std::size_t n = N; n-- > 0;) {
    x_hat_(n, d) = static_cast<real>(inv_std_[d] * (static_cast<double>(x(n, d)) - mean));
    y_(n, d) = beta(d) + x_hat_(n, d) * gamma(d);
  }
}
