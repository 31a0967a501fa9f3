Tensor dvar = Tensor::zeros_like(var);
std::vector<double> sums(x.cols());
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = 0; d < x.cols(); ++d) {
    const double root = std::sqrt(static_cast<double>(var(d)) + eps);
    const double centred = static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
    sums[d] += static_cast<double>(dx_hat(n, d)) * centred * -0.5 / (root * root * root);
  }
}
for (std::size_t d = 0; d < x.cols(); ++d) dvar(d) = static_cast<real>(sums[d]);
return dvar;
