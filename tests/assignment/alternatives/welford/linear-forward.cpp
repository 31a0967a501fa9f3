#include <algorithm>

// The sum of outer products of x's columns and W's rows.
for (std::size_t n = 0; n < N; ++n) std::copy_n(bias.row(0), D, y_.row(n));
for (std::size_t i = 0; i < weight.rows(); ++i) {
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t j = 0; j < D; ++j) y_(n, j) += x(n, i) * weight(i, j);
  }
}
