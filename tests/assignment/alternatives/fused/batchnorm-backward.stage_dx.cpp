Tensor dx = dx_hat;
const double N = static_cast<double>(x.rows());
for (std::size_t d = 0; d < x.cols(); ++d) {
  // dx = a dx_hat + b x + c
  const double a = 1 / std::sqrt(static_cast<double>(var(d)) + eps), b = 2 * static_cast<double>(dvar(d)) / N;
  const double c = static_cast<double>(dmean(d)) / N - b * static_cast<double>(mean(d));
  for (std::size_t n = 0; n < x.rows(); ++n) {
    dx(n, d) = static_cast<real>(a * static_cast<double>(dx(n, d)) + b * static_cast<double>(x(n, d)) + c);
  }
}
return dx;
