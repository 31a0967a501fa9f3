#include <functional>

std::vector<double> scale(last - first);
std::transform(gamma.row(0) + first, gamma.row(0) + last, running_var.row(0) + first, scale.begin(),
               [eps = options_.eps](real g, real var) {
                 return static_cast<double>(g) / std::sqrt(static_cast<double>(var) + eps);
               });
for (std::size_t n = 0; n < x.rows(); ++n) {
  real* y_n = y_.row(n) + first;
  std::transform(x.row(n) + first, x.row(n) + last, running_mean.row(0) + first, y_n, std::minus<>());
  std::transform(y_n, y_n + scale.size(), scale.begin(), y_n,
                 [](real centred, double s) { return static_cast<real>(static_cast<double>(centred) * s); });
  std::transform(y_n, y_n + scale.size(), beta.row(0) + first, y_n, std::plus<>());
}
