for (std::size_t d = first; d < last; ++d) gamma_grad(d) = 0, beta_grad(d) = 0;
std::vector<double> dgamma(last - first), dbeta(last - first);
for (std::size_t n = 0; n < dy.rows(); ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const double std = std::hypot(std::sqrt(static_cast<double>(running_var(d))), std::sqrt(options_.eps));
    const double g = static_cast<double>(dy(n, d)) / std;
    dbeta[d - first] += g * std;
    dgamma[d - first] += g * (static_cast<double>(x(n, d)) - static_cast<double>(running_mean(d)));
    dx_(n, d) = static_cast<real>(g * static_cast<double>(gamma(d)));
  }
}
for (std::size_t d = first; d < last; ++d) {
  beta_grad(d) = static_cast<real>(dbeta[d - first]);
  gamma_grad(d) = static_cast<real>(dgamma[d - first]);
}
