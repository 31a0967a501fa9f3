const std::size_t N = dy.rows(), in = weight.rows(), out = weight.cols();
for (real& w : weight_grad.stored()) w = 0;
for (real& b : bias_grad.stored()) b = 0;
if (skip_dx_) {
  dx_ = Tensor();
} else {
  dx_.resize({N, in});
}
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t i = 0; i < in; ++i) {
    const real x_ni = x(n, i);
    real sum = 0;
    for (std::size_t j = 0; j < out; ++j) {
      const real g = dy(n, j);
      weight_grad(i, j) += x_ni * g;
      sum += g * weight(i, j);
    }
    if (!skip_dx_) dx_(n, i) = sum;
  }
  for (std::size_t j = 0; j < out; ++j) bias_grad(j) += dy(n, j);
}
