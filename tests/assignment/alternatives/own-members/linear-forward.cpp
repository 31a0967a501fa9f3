transposed_.resize({D, x.cols()});
for (std::size_t j = 0; j < D; ++j) {
  for (std::size_t i = 0; i < x.cols(); ++i) transposed_(j, i) = weight(i, j);
}
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t j = 0; j < D; ++j) {
    const real *x_n = x.row(n), *w_j = transposed_.row(j);
    real sum = 0;
    for (std::size_t i = 0; i < x.cols(); ++i) sum += x_n[i] * w_j[i];
    y_(n, j) = sum + bias(j);
  }
}
