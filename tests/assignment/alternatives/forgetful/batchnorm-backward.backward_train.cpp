const Tensor& x = recall(dy, Mode::train);
const std::size_t N = x.rows();
std::vector<double> x_hat(N);
for (std::size_t d = first; d < last; ++d) {
  const double mean = column_mean(x, d), var = column_variance(x, d, 0);
  for (std::size_t n = 0; n < N; ++n) x_hat[n] = normalized(x(n, d), mean, var, options_.eps);

  double dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < N; ++n) {
    dbeta += static_cast<double>(dy(n, d));
    dgamma += static_cast<double>(dy(n, d)) * x_hat[n];
  }
  beta_grad(d) = static_cast<real>(dbeta);
  gamma_grad(d) = static_cast<real>(dgamma);

  // ∂x̂_j / ∂x_i = ([i = j] - 1/N - x̂_i x̂_j / N) / sqrt(σ² + ε)
  for (std::size_t i = 0; i < N; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < N; ++j) {
      const double same = i == j ? 1 : 0, share = (1 + x_hat[i] * x_hat[j]) / static_cast<double>(N);
      const double slope = (same - share) / std::sqrt(var + options_.eps);
      sum += static_cast<double>(dy(j, d)) * static_cast<double>(gamma(d)) * slope;
    }
    dx_(i, d) = static_cast<real>(sum);
  }
}
