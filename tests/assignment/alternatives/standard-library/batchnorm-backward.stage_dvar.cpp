#include <algorithm>
#include <numeric>

Tensor dvar({x.cols()});
std::vector<double> terms(x.rows());
for (std::size_t d = 0; d < x.cols(); ++d) {
  std::generate(terms.begin(), terms.end(), [&, n = x.rows()]() mutable {
    --n;
    return static_cast<double>(dx_hat(n, d)) * (static_cast<double>(x(n, d)) - static_cast<double>(mean(d)));
  });
  dvar(d) = static_cast<real>(std::reduce(terms.begin(), terms.end()) *
                              (-0.5 * std::pow(static_cast<double>(var(d)) + eps, -1.5)));
}
return dvar;
