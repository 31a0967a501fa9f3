const real eps = static_cast<real>(options_.eps);
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const real x_hat = (x(n, d) - running_mean(d)) / std::sqrt(running_var(d) + eps);
    y_(n, d) = gamma(d) * x_hat + beta(d);
  }
}
