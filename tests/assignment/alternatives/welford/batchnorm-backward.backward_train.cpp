const std::size_t N = dy.rows();
const double count = static_cast<double>(N);
std::vector<double> g(N);
for (std::size_t d = first; d < last; ++d) {
  for (std::size_t n = 0; n < N; ++n) g[n] = static_cast<double>(dy(n, d));
  // Take away what lies along (1, …, 1) …
  double sum = 0;
  for (const double g_n : g) sum += g_n;
  for (double& g_n : g) g_n -= sum / count;
  // … then what lies along x_hat (x_hat . x_hat is N only where eps is 0, but N it is by which the variance divides).
  double dot = 0, sum_x_hat = 0;
  for (std::size_t n = 0; n < N; ++n) {
    dot += g[n] * static_cast<double>(x_hat_(n, d));
    sum_x_hat += static_cast<double>(x_hat_(n, d));
  }
  for (std::size_t n = 0; n < N; ++n) g[n] -= dot / count * static_cast<double>(x_hat_(n, d));
  // … and scale.
  const double scale = static_cast<double>(gamma(d)) * inv_std_[d];
  for (std::size_t n = 0; n < N; ++n) dx_(n, d) = static_cast<real>(scale * g[n]);
  beta_grad(d) = static_cast<real>(sum);
  gamma_grad(d) = static_cast<real>(dot + sum / count * sum_x_hat);
}
