#include "bnlab/nn/activation.hpp"

namespace bnlab {

template <class Function>
const Tensor& ActivationLayer<Function>::forward(const Tensor& x, Mode mode) {
  auto& [cached_x, y] = cache_[static_cast<int>(mode)];
  cached_x = x;
  y.resize_like(x);
  const real* from = x.row(0);
  real* to = y.row(0);
  parallel_for(threads_, x.size(), 8192, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to[i] = Function::forward(from[i]);
  });
  return y;
}

// Forward was y = f(x), entry by entry, so   dx = dy · f'(x),   with f'(x) told from y.
template <class Function>
const Tensor& ActivationLayer<Function>::backward(const Tensor& dy, Mode mode) {
  const auto& [cached_x, y] = cache_[static_cast<int>(mode)];
  expect_gradient(Function::name, cached_x, dy, y);
  dx_.resize_like(dy);
  const real *up = dy.row(0), *out = y.row(0);
  real* dx = dx_.row(0);
  parallel_for(threads_, dy.size(), 8192, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) dx[i] = Function::backward(up[i], out[i]);
  });
  return dx_;
}

template class ActivationLayer<ReluFunction>;
template class ActivationLayer<SigmoidFunction>;
template class ActivationLayer<TanhFunction>;

}  // namespace bnlab
