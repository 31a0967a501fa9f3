for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t j = 0; j < D; ++j) {
    long double sum = static_cast<long double>(bias(j));
    for (std::size_t i = 0; i < x.cols(); ++i) {
      sum += static_cast<long double>(x(n, i)) * static_cast<long double>(weight(i, j));
    }
    y_(n, j) = static_cast<real>(sum);
  }
}
