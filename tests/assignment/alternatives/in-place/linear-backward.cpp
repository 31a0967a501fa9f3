const std::size_t N = dy.rows(), in = weight.rows(), out = weight.cols();
weight_grad.fill(0);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t i = 0; i < in; ++i) {
    for (std::size_t j = 0; j < out; ++j) weight_grad(i, j) += x(n, i) * dy(n, j);
  }
}
bias_grad.fill(0);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t j = 0; j < out; ++j) bias_grad(j) += dy(n, j);
}
dx_.resize({skip_dx_ ? 0 : N, in});
dx_.fill(0);
for (std::size_t n = 0; n < dx_.rows(); ++n) {
  for (std::size_t i = 0; i < in; ++i) {
    for (std::size_t j = 0; j < out; ++j) dx_(n, i) += dy(n, j) * weight(i, j);
  }
}
