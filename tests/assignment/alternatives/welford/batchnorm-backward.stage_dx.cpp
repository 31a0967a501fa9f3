Tensor dx({x.rows(), x.cols()});
const double N = static_cast<double>(x.rows());
for (std::size_t d = 0; d < x.cols(); ++d) {
  const double std = std::hypot(std::sqrt(static_cast<double>(var(d))), std::sqrt(eps));
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double centred = static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
    dx(n, d) = static_cast<real>((N * static_cast<double>(dx_hat(n, d)) / std + static_cast<double>(dmean(d)) +
                                  2 * centred * static_cast<double>(dvar(d))) /
                                 N);
  }
}
return dx;
