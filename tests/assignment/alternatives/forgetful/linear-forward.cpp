const Tensor w_t = transposed(weight);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t j = 0; j < D; ++j) y_(n, j) = dot(x.row(n), w_t.row(j), x.cols()) + bias(j);
}
