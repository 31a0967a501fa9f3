Tensor dmean({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  double mean_dx_hat = 0, mean_x = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    mean_dx_hat += (static_cast<double>(dx_hat(n, d)) - mean_dx_hat) / static_cast<double>(n + 1);
    mean_x += (static_cast<double>(x(n, d)) - mean_x) / static_cast<double>(n + 1);
  }
  const double through_x_hat =
      -mean_dx_hat * static_cast<double>(x.rows()) / std::sqrt(static_cast<double>(var(d)) + eps);
  const double through_var = -2 * (mean_x - static_cast<double>(mean(d))) * static_cast<double>(dvar(d));
  dmean(d) = static_cast<real>(through_x_hat + through_var);
}
return dmean;
