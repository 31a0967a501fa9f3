Tensor dmean({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  const double inv_std = 1 / std::sqrt(static_cast<double>(var(d)) + eps);
  const double slope = 2 * static_cast<double>(dvar(d)) / static_cast<double>(x.rows());
  double sum = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    sum -= static_cast<double>(dx_hat(n, d)) * inv_std +
           slope * (static_cast<double>(x(n, d)) - static_cast<double>(mean(d)));
  }
  dmean(d) = static_cast<real>(sum);
}
return dmean;
