#include <algorithm>
#include <numeric>

const std::size_t N = dy.rows(), in = weight.rows(), out = weight.cols();
const auto column_of = [N](const Tensor& t, std::size_t k) {
  std::vector<real> column(N);
  std::generate(column.begin(), column.end(), [&, n = std::size_t{0}]() mutable { return t(n++, k); });
  return column;
};
for (std::size_t j = 0; j < out; ++j) {
  const std::vector<real> dy_j = column_of(dy, j);
  bias_grad(j) = std::accumulate(dy_j.begin(), dy_j.end(), real{0});
  for (std::size_t i = 0; i < in; ++i) {
    const std::vector<real> x_i = column_of(x, i);
    weight_grad(i, j) = std::inner_product(x_i.begin(), x_i.end(), dy_j.begin(), real{0});
  }
}
dx_.resize({skip_dx_ ? 0 : N, skip_dx_ ? 0 : in});
for (std::size_t i = 0; i < dx_.cols(); ++i) {
  std::vector<real> row(out);
  std::generate(row.begin(), row.end(), [&, j = std::size_t{0}]() mutable { return weight(i, j++); });
  for (std::size_t n = 0; n < N; ++n) dx_(n, i) = std::inner_product(row.begin(), row.end(), dy.row(n), real{0});
}
