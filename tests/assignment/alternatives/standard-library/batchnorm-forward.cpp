#include <numeric>

const std::size_t N = x.rows();
const double count = static_cast<double>(N);
std::vector<double> column(N);
for (std::size_t d = first; d < last; ++d) {
  std::generate(column.begin(), column.end(),
                [&, n = std::size_t{0}]() mutable { return static_cast<double>(x(n++, d)); });
  mean_[d] = std::accumulate(column.begin(), column.end(), 0.0) / count;
  std::ranges::for_each(column, [mean = mean_[d]](double& v) { v -= mean; });
  var_[d] = std::inner_product(column.begin(), column.end(), column.begin(), 0.0) / count;
  inv_std_[d] = 1 / std::sqrt(var_[d] + options_.eps);
  std::ranges::transform(column, column.begin(), [inv_std = inv_std_[d]](double v) { return v * inv_std; });
  for (std::size_t n = 0; n < N; ++n) {
    x_hat_(n, d) = static_cast<real>(column[n]);
    y_(n, d) = std::fma(gamma(d), x_hat_(n, d), beta(d));
  }
}
