#include <algorithm>
#include <numeric>

std::vector<real> column(weight.rows());
for (std::size_t j = 0; j < D; ++j) {
  std::generate(column.begin(), column.end(), [&, i = std::size_t{0}]() mutable { return weight(i++, j); });
  for (std::size_t n = 0; n < N; ++n) {
    y_(n, j) = std::inner_product(column.begin(), column.end(), x.row(n), bias(j));
  }
}
