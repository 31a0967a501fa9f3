Tensor dmean({x.cols()});
for (std::size_t d = x.cols(); d-- > 0;) {
  double centred = 0, sum = 0;
  for (std::size_t n = x.rows(); n-- > 0;) {
    centred += static_cast<double>(mean(d)) - static_cast<double>(x(n, d));
    sum += static_cast<double>(dx_hat(n, d));
  }
  dmean(d) = static_cast<real>(2 * centred / static_cast<double>(x.rows()) * static_cast<double>(dvar(d)) -
                               sum * std::pow(eps + static_cast<double>(var(d)), -0.5));
}
return dmean;
