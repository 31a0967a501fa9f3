const double N = static_cast<double>(dy.rows());
for (std::size_t d = first; d < last; ++d) {
  double dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    const double g = static_cast<double>(dy(n, d));
    dbeta += g;
    dgamma += g * static_cast<double>(x_hat_(n, d));
  }
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    const double g = static_cast<double>(dy(n, d)), x_hat = static_cast<double>(x_hat_(n, d));
    dx_(n, d) =
        static_cast<real>((1 / N) * static_cast<double>(gamma(d)) * inv_std_[d] * (N * g - dbeta - x_hat * dgamma));
  }
  beta_grad(d) = static_cast<real>(dbeta);
  gamma_grad(d) = static_cast<real>(dgamma);
}
