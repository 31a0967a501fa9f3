Tensor dvar({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  double sum_g = 0, sum_g_x = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double g = static_cast<double>(dx_hat(n, d));
    sum_g += g;
    sum_g_x += g * static_cast<double>(x(n, d));
  }
  const double v = static_cast<double>(var(d)) + eps;
  dvar(d) = static_cast<real>((sum_g_x - sum_g * static_cast<double>(mean(d))) / (-2 * v * std::sqrt(v)));
}
return dvar;
