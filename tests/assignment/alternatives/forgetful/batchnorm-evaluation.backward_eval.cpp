for (std::size_t d = first; d < last; ++d) {
  const double mean = static_cast<double>(running_mean(d)), var = static_cast<double>(running_var(d));
  double dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    dbeta += static_cast<double>(dy(n, d));
    dgamma += static_cast<double>(dy(n, d)) * normalized(x(n, d), mean, var, options_.eps);
  }
  beta_grad(d) = static_cast<real>(dbeta);
  gamma_grad(d) = static_cast<real>(dgamma);
  for (std::size_t n = 0; n < x.rows(); ++n) {
    dx_(n, d) = static_cast<real>(static_cast<double>(dy(n, d)) * static_cast<double>(gamma(d)) /
                                  std::sqrt(var + options_.eps));
  }
}
