Tensor dvar({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  const long double inverse = 1 / std::sqrt(static_cast<long double>(var(d)) + static_cast<long double>(eps));
  long double sum = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const long double centred = static_cast<long double>(x(n, d)) - static_cast<long double>(mean(d));
    sum += static_cast<long double>(dx_hat(n, d)) * centred;
  }
  dvar(d) = static_cast<real>(-sum * inverse * inverse * inverse / 2);
}
return dvar;
