#include <algorithm>
#include <functional>

Tensor dx_hat({dy.rows(), dy.cols()});
for (std::size_t n = 0; n < dy.rows(); ++n) {
  std::transform(dy.row(n), dy.row(n) + dy.cols(), gamma.row(0), dx_hat.row(n), std::multiplies<>());
}
return dx_hat;
