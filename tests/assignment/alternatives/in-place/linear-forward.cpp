y_.fill(0);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t i = 0; i < weight.rows(); ++i) {
    for (std::size_t j = 0; j < D; ++j) y_(n, j) += x(n, i) * weight(i, j);
  }
  for (std::size_t j = 0; j < D; ++j) y_(n, j) += bias(j);
}
