Tensor dvar({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  real sum = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) sum += dx_hat(n, d) * (x(n, d) - mean(d));
  const real v = var(d) + static_cast<real>(eps);
  dvar(d) = -sum / (2 * v * std::sqrt(v));
}
return dvar;
