naive::matmul(x, weight, y_);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t j = 0; j < D; ++j) y_(n, j) = y_(n, j) + bias(j);
}
