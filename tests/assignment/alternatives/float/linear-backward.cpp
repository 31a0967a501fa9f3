const std::size_t N = dy.rows(), in = weight.rows(), out = weight.cols();
for (std::size_t j = 0; j < out; ++j) {
  for (std::size_t i = 0; i < in; ++i) {
    real sum = 0;
    for (std::size_t n = 0; n < N; ++n) sum += dy(n, j) * x(n, i);
    weight_grad(i, j) = sum;
  }
  real sum = 0;
  for (std::size_t n = 0; n < N; ++n) sum += dy(n, j);
  bias_grad(j) = sum;
}
if (skip_dx_) return dx_ = Tensor();
dx_.resize({N, in});
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t i = 0; i < in; ++i) {
    real sum = 0;
    for (std::size_t j = 0; j < out; ++j) sum += weight(i, j) * dy(n, j);
    dx_(n, i) = sum;
  }
}
