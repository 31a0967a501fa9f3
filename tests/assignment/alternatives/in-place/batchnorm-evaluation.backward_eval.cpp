for (std::size_t d = first; d < last; ++d) gamma_grad(d) = beta_grad(d) = 0;
for (std::size_t n = 0; n < dy.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    dx_(n, d) = dy(n, d) / static_cast<real>(std::sqrt(static_cast<double>(running_var(d)) + options_.eps));
    beta_grad(d) += dy(n, d);
    gamma_grad(d) += dx_(n, d) * (x(n, d) - running_mean(d));
    dx_(n, d) *= gamma(d);
  }
}
