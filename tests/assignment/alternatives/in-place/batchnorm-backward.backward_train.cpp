const std::size_t N = dy.rows();
for (std::size_t d = first; d < last; ++d) gamma_grad(d) = beta_grad(d) = 0;
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = first; d < last; ++d) {
    beta_grad(d) += dy(n, d);
    gamma_grad(d) += dy(n, d) * x_hat_(n, d);
  }
}
const real share = 1 / static_cast<real>(N);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = first; d < last; ++d) {
    dx_(n, d) = dy(n, d);
    dx_(n, d) -= beta_grad(d) * share;
    dx_(n, d) -= x_hat_(n, d) * gamma_grad(d) * share;
    dx_(n, d) *= gamma(d) * static_cast<real>(inv_std_[d]);
  }
}
