const std::size_t N = x.rows();
for (std::size_t d = first; d < last; ++d) {
  long double sum = 0;
  for (std::size_t n = 0; n < N; ++n) sum += static_cast<long double>(x(n, d));
  const long double mean = sum / static_cast<long double>(N);
  long double squares = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const long double centred = static_cast<long double>(x(n, d)) - mean;
    squares += centred * centred;
  }
  const long double var = squares / static_cast<long double>(N);
  const long double root = std::sqrt(var + static_cast<long double>(options_.eps));
  mean_[d] = static_cast<double>(mean);
  var_[d] = static_cast<double>(var);
  inv_std_[d] = static_cast<double>(1 / root);
  for (std::size_t n = 0; n < N; ++n) {
    const long double x_hat = (static_cast<long double>(x(n, d)) - mean) / root;
    x_hat_(n, d) = static_cast<real>(x_hat);
    y_(n, d) = static_cast<real>(static_cast<long double>(gamma(d)) * x_hat + static_cast<long double>(beta(d)));
  }
}
