naive::matmul_tn(x, dy, weight_grad);
for (std::size_t j = 0; j < dy.cols(); ++j) {
  real sum = 0;
  for (std::size_t n = 0; n < dy.rows(); ++n) sum += dy(n, j);
  bias_grad(j) = sum;
}
if (skip_dx_) {
  dx_.resize({0, 0});
  return dx_;
}
dx_.resize_like(x);
naive::matmul_nt(dy, weight, dx_);
