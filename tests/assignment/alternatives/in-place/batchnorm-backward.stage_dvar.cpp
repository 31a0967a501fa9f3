Tensor dvar = Tensor::zeros_like(mean);
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = 0; d < x.cols(); ++d) dvar(d) += dx_hat(n, d) * (x(n, d) - mean(d));
}
for (std::size_t d = 0; d < x.cols(); ++d) {
  dvar(d) *= static_cast<real>(std::pow(static_cast<double>(var(d)) + eps, -1.5));
  dvar(d) /= -2;
}
return dvar;
