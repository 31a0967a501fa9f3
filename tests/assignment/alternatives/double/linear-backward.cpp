const std::size_t N = dy.rows(), in = weight.rows(), out = weight.cols();
for (std::size_t i = 0; i < in; ++i) {
  for (std::size_t j = 0; j < out; ++j) {
    long double sum = 0;
    for (std::size_t n = 0; n < N; ++n) {
      sum += static_cast<long double>(x(n, i)) * static_cast<long double>(dy(n, j));
    }
    weight_grad(i, j) = static_cast<real>(sum);
  }
}
for (std::size_t j = 0; j < out; ++j) {
  long double sum = 0;
  for (std::size_t n = 0; n < N; ++n) sum += static_cast<long double>(dy(n, j));
  bias_grad(j) = static_cast<real>(sum);
}
if (skip_dx_) {
  dx_ = Tensor{};
  return dx_;
}
dx_.resize({N, in});
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t i = 0; i < in; ++i) {
    long double sum = 0;
    for (std::size_t j = 0; j < out; ++j) {
      sum += static_cast<long double>(dy(n, j)) * static_cast<long double>(weight(i, j));
    }
    dx_(n, i) = static_cast<real>(sum);
  }
}
