const auto deviation = [&](std::size_t d) { return std::sqrt(static_cast<double>(var(d)) + eps); };
const auto centred = [&](std::size_t n, std::size_t d) {
  return static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
};
Tensor result({x.rows(), x.cols()});
const double share = 1 / static_cast<double>(x.rows());
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = 0; d < x.cols(); ++d) {
    const double dx_hat_dx = 1 / deviation(d), dvar_dx = 2 * share * centred(n, d);
    result(n, d) = static_cast<real>(static_cast<double>(dx_hat(n, d)) * dx_hat_dx +
                                     static_cast<double>(dvar(d)) * dvar_dx + static_cast<double>(dmean(d)) * share);
  }
}
return result;
