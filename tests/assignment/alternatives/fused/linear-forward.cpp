for (std::size_t n = 0; n < N; ++n) {
  real* out = y_.row(n);
  for (std::size_t j = 0; j < D; ++j) out[j] = bias(j);
  for (std::size_t i = 0; i < x.cols(); ++i) {
    const real x_ni = x(n, i);
    for (std::size_t j = 0; j < D; ++j) out[j] += x_ni * weight(i, j);
  }
}
