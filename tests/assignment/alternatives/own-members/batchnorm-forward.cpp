const std::size_t N = x.rows();
for (std::size_t d = first; d < last; ++d) {
  std::vector<double>& column = centred_[d];
  column.resize(N);
  average_[d] = 0;
  for (std::size_t n = 0; n < N; ++n) average_[d] += static_cast<double>(x(n, d));
  average_[d] /= static_cast<double>(N);
  double squares = 0;
  for (std::size_t n = 0; n < N; ++n) {
    column[n] = static_cast<double>(x(n, d)) - average_[d];
    squares += column[n] * column[n];
  }
  unbiased_[d] = squares / static_cast<double>(N - 1);
  deviation_[d] = std::sqrt(squares / static_cast<double>(N) + options_.eps);
  const double slope = static_cast<double>(gamma(d)) / deviation_[d];
  for (std::size_t n = 0; n < N; ++n) {
    y_(n, d) = static_cast<real>(slope * column[n] + static_cast<double>(beta(d)));
  }
}
