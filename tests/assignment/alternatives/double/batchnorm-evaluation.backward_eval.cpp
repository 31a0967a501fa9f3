for (std::size_t d = first; d < last; ++d) {
  const double root = std::sqrt(static_cast<double>(running_var(d)) + options_.eps);
  long double dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    const double x_hat = (static_cast<double>(x(n, d)) - static_cast<double>(running_mean(d))) / root;
    dbeta += static_cast<long double>(dy(n, d));
    dgamma += static_cast<long double>(dy(n, d)) * static_cast<long double>(x_hat);
    dx_(n, d) = static_cast<real>(static_cast<double>(dy(n, d)) * static_cast<double>(gamma(d)) / root);
  }
  beta_grad(d) = static_cast<real>(dbeta);
  gamma_grad(d) = static_cast<real>(dgamma);
}
