Tensor dx = x;
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = 0; d < x.cols(); ++d) {
    dx(n, d) -= mean(d);
    dx(n, d) *= 2 * dvar(d);
    dx(n, d) += dmean(d);
    dx(n, d) /= static_cast<real>(x.rows());
    dx(n, d) += dx_hat(n, d) / static_cast<real>(std::sqrt(static_cast<double>(var(d)) + eps));
  }
}
return dx;
