Tensor dx_hat({dy.rows(), dy.cols()});
for (std::size_t d = 0; d < dy.cols(); ++d) {
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    dx_hat(n, d) = static_cast<real>(static_cast<double>(dy(n, d)) * static_cast<double>(gamma(d)));
  }
}
return dx_hat;
