matmul_tn(x, dy, weight_grad, scratch_, threads_);
for (std::size_t j = 0; j < dy.cols(); ++j) {
  double sum = 0;
  for (std::size_t n = 0; n < dy.rows(); ++n) sum += static_cast<double>(dy(n, j));
  bias_grad(j) = static_cast<real>(sum);
}
if (skip_dx_) {
  dx_.resize({0, 0});
  return dx_;
}
dx_.resize({dy.rows(), weight.rows()});
naive::matmul(dy, transposed_, dx_);
