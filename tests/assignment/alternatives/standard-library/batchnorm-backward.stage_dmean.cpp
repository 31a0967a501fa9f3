#include <algorithm>
#include <numeric>

Tensor dmean({x.cols()});
std::vector<double> terms(x.rows());
for (std::size_t d = 0; d < x.cols(); ++d) {
  const double inv_std = std::pow(static_cast<double>(var(d)) + eps, -0.5);
  const double slope = -2 * static_cast<double>(dvar(d)) / static_cast<double>(x.rows());
  std::generate(terms.begin(), terms.end(), [&, n = std::size_t{0}]() mutable {
    const double centred = static_cast<double>(x(n, d)) - static_cast<double>(mean(d));
    return slope * centred - static_cast<double>(dx_hat(n++, d)) * inv_std;
  });
  dmean(d) = static_cast<real>(std::accumulate(terms.begin(), terms.end(), 0.0));
}
return dmean;
