// db is a row of dW as well: that of an input which is always 1.
const std::size_t N = dy.rows(), in = weight.rows(), out = weight.cols();
for (std::size_t i = 0; i <= in; ++i) {
  for (std::size_t j = 0; j < out; ++j) {
    real sum = 0;
    for (std::size_t n = 0; n < N; ++n) sum += (i < in ? x(n, i) : real{1}) * dy(n, j);
    (i < in ? weight_grad(i, j) : bias_grad(j)) = sum;
  }
}
dx_ = skip_dx_ ? Tensor() : Tensor({N, in});
if (!skip_dx_) matmul_nt(dy, weight, dx_, scratch_, threads_);
