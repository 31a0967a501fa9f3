#include <numeric>

const std::size_t N = dy.rows();
for (std::size_t d = first; d < last; ++d) {
  std::vector<double> up(N), x_hat(N);
  const double inv_std = 1 / std::sqrt(static_cast<double>(running_var(d)) + options_.eps);
  std::generate(up.begin(), up.end(), [&, n = std::size_t{0}]() mutable { return static_cast<double>(dy(n++, d)); });
  std::generate(x_hat.begin(), x_hat.end(), [&, n = std::size_t{0}]() mutable {
    return (static_cast<double>(x(n++, d)) - static_cast<double>(running_mean(d))) * inv_std;
  });
  beta_grad(d) = static_cast<real>(std::accumulate(up.begin(), up.end(), 0.0));
  gamma_grad(d) = static_cast<real>(std::inner_product(up.begin(), up.end(), x_hat.begin(), 0.0));
  const double scale = static_cast<double>(gamma(d)) * inv_std;
  for (std::size_t n = 0; n < N; ++n) dx_(n, d) = static_cast<real>(up[n] * scale);
}
