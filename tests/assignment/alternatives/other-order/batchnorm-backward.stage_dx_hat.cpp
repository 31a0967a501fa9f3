Tensor dx_hat({dy.rows(), dy.cols()});
for (std::size_t d = dy.cols(); d-- > 0;) {
  for (std::size_t n = dy.rows(); n-- > 0;) dx_hat(n, d) = dy(n, d) * gamma(d);
}
return dx_hat;
