#include <numeric>

const std::size_t N = dy.rows();
const double count = static_cast<double>(N);
const auto column_of = [N](const Tensor& t, std::size_t d) {
  std::vector<double> column(N);
  std::generate(column.begin(), column.end(),
                [&, n = std::size_t{0}]() mutable { return static_cast<double>(t(n++, d)); });
  return column;
};
for (std::size_t d = first; d < last; ++d) {
  const std::vector<double> up = column_of(dy, d), x_hat = column_of(x_hat_, d);
  const double dbeta = std::accumulate(up.begin(), up.end(), 0.0);
  const double dgamma = std::inner_product(up.begin(), up.end(), x_hat.begin(), 0.0);
  std::vector<double> dx(N);
  std::ranges::transform(up, x_hat, dx.begin(),
                         [=, scale = static_cast<double>(gamma(d)) * inv_std_[d]](double g, double h) {
                           return scale * (g - (dbeta + h * dgamma) / count);
                         });
  for (std::size_t n = 0; n < N; ++n) dx_(n, d) = static_cast<real>(dx[n]);
  beta_grad(d) = static_cast<real>(dbeta);
  gamma_grad(d) = static_cast<real>(dgamma);
}
