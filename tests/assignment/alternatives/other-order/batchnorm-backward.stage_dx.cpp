Tensor dx({x.rows(), x.cols()});
for (std::size_t d = x.cols(); d-- > 0;) {
  for (std::size_t n = x.rows(); n-- > 0;) {
    const double centred = static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
    const double through_both =
        (static_cast<double>(dmean(d)) + 2 * centred * static_cast<double>(dvar(d))) / static_cast<double>(x.rows());
    dx(n, d) = static_cast<real>(through_both +
                                 std::pow(eps + static_cast<double>(var(d)), -0.5) * static_cast<double>(dx_hat(n, d)));
  }
}
return dx;
