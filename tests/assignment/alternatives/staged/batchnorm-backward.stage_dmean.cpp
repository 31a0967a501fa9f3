Tensor dmean = Tensor::zeros_like(mean);
for (std::size_t d = 0; d < x.cols(); ++d) {
  double sum = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    sum += -static_cast<double>(dx_hat(n, d)) / std::sqrt(static_cast<double>(var(d)) + eps);
  }
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double centred = static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
    sum += static_cast<double>(dvar(d)) * -2.0 * centred / static_cast<double>(x.rows());
  }
  dmean(d) = static_cast<real>(sum);
}
return dmean;
