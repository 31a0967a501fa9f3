Tensor dvar({x.cols()});
for (std::size_t d = x.cols(); d-- > 0;) {
  double sum = 0;
  for (std::size_t n = x.rows(); n-- > 0;) {
    sum += (static_cast<double>(mean(d)) - static_cast<double>(x(n, d))) * static_cast<double>(dx_hat(n, d));
  }
  dvar(d) = static_cast<real>(sum / 2 * std::pow(eps + static_cast<double>(var(d)), -1.5));
}
return dvar;
