const std::size_t N = dy.rows(), in = weight.rows(), out = weight.cols();
if (skip_dx_) {
  dx_ = Tensor();
} else {
  dx_.resize({N, in});
  for (std::size_t i = in; i-- > 0;) {
    for (std::size_t n = N; n-- > 0;) {
      real sum = 0;
      for (std::size_t j = out; j-- > 0;) sum += weight(i, j) * dy(n, j);
      dx_(n, i) = sum;
    }
  }
}
for (std::size_t j = out; j-- > 0;) {
  bias_grad(j) = 0;
  for (std::size_t n = N; n-- > 0;) bias_grad(j) += dy(n, j);
  for (std::size_t i = in; i-- > 0;) {
    real sum = 0;
    for (std::size_t n = N; n-- > 0;) sum += dy(n, j) * x(n, i);
    weight_grad(i, j) = sum;
  }
}
