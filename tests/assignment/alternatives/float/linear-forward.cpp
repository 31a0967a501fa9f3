for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t j = 0; j < D; ++j) {
    real sum = bias(j);
    for (std::size_t i = 0; i < x.cols(); ++i) sum += x(n, i) * weight(i, j);
    y_(n, j) = sum;
  }
}
