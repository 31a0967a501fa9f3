naive::matmul(x, weight, y);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t j = 0; j < D; ++j) y(n, j) = y(n, j) + bias(j);
}
