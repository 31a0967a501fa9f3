Tensor dx({x.rows(), x.cols()});
const long double N = static_cast<long double>(x.rows());
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = 0; d < x.cols(); ++d) {
    const long double root = std::sqrt(static_cast<long double>(var(d)) + static_cast<long double>(eps));
    const long double centred = static_cast<long double>(x(n, d)) - static_cast<long double>(mean(d));
    const long double through_var = 2 * centred * static_cast<long double>(dvar(d)) / N;
    dx(n, d) = static_cast<real>(static_cast<long double>(dx_hat(n, d)) / root + through_var +
                                 static_cast<long double>(dmean(d)) / N);
  }
}
return dx;
