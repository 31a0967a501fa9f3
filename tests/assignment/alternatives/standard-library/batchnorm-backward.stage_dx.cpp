Tensor dx({x.rows(), x.cols()});
const double N = static_cast<double>(x.rows());
for (std::size_t d = 0; d < x.cols(); ++d) {
  const auto entry = [&, inv_std = std::pow(static_cast<double>(var(d)) + eps, -0.5)](std::size_t n) {
    const double centred = static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
    return static_cast<real>(
        std::fma(static_cast<double>(dx_hat(n, d)), inv_std, 2 / N * centred * static_cast<double>(dvar(d))) +
        static_cast<double>(dmean(d)) / N);
  };
  for (std::size_t n = 0; n < x.rows(); ++n) dx(n, d) = entry(n);
}
return dx;
