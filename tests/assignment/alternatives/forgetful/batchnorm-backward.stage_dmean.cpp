const auto deviation = [&](std::size_t d) { return std::sqrt(static_cast<double>(var(d)) + eps); };
const auto centred = [&](std::size_t n, std::size_t d) {
  return static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
};
Tensor result({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  double sum = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) sum -= static_cast<double>(dx_hat(n, d)) / deviation(d);
  double dvar_dmean = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) dvar_dmean += -2 * centred(n, d);
  dvar_dmean /= static_cast<double>(x.rows());
  result(d) = static_cast<real>(sum + static_cast<double>(dvar(d)) * dvar_dmean);
}
return result;
