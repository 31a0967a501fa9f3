Tensor dmean = Tensor::zeros_like(mean);
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = 0; d < x.cols(); ++d) {
    dmean(d) -= dx_hat(n, d) / static_cast<real>(std::sqrt(static_cast<double>(var(d)) + eps));
    dmean(d) -= dvar(d) * 2 * (x(n, d) - mean(d)) / static_cast<real>(x.rows());
  }
}
return dmean;
