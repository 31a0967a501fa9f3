for (std::size_t d = first; d < last; ++d) {
  const double inv_std = 1 / std::sqrt(static_cast<double>(running_var(d)) + options_.eps);
  double sum = 0, sum_x = 0;  // dgamma = Σ dy (x - mean) inv_std = (Σ dy x - mean Σ dy) inv_std
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    const double g = static_cast<double>(dy(n, d));
    sum += g;
    sum_x += g * static_cast<double>(x(n, d));
    dx_(n, d) = static_cast<real>(g * static_cast<double>(gamma(d)) * inv_std);
  }
  beta_grad(d) = static_cast<real>(sum);
  gamma_grad(d) = static_cast<real>((sum_x - static_cast<double>(running_mean(d)) * sum) * inv_std);
}
