Tensor dx_hat = dy;
for (std::size_t n = 0; n < dx_hat.rows(); ++n) {
  for (std::size_t d = 0; d < dx_hat.cols(); ++d) dx_hat(n, d) *= gamma(d);
}
return dx_hat;
