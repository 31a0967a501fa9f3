// Activation functions: y = f(x), applied elementwise.
//
// Hence dx = dy ⊙ f'(x), with ⊙ the elementwise product. One class template serves all of them. `Function` is a struct
// with the name, f and the backward pass for one entry, such as ReluFunction (relu.hpp); backward gets x and y, as some
// derivatives are cheaper from x and others from y. kHasKink says that f is not differentiable at 0.
#pragma once

#include "bnlab/nn/layer.hpp"

namespace bnlab {

template <class Function, bool kHasKink = false>
class Activation : public Layer {
 public:
  Activation() : Layer(Function::name) {}
  const Tensor& forward(const Tensor& x, Mode mode) override;    // [N, D] -> [N, D]
  const Tensor& backward(const Tensor& dy, Mode mode) override;  // [N, D] -> [N, D]
  bool has_kink() const override { return kHasKink; }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Activation>(*this); }
};

template <class Function, bool kHasKink>
const Tensor& Activation<Function, kHasKink>::forward(const Tensor& x, Mode mode) {
  remember(x, mode);
  y_.resize_like(x);
  const real* from = x.row(0);
  real* to = y_.row(0);
  parallel_for(threads_, x.size(), 8192, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) to[i] = Function::forward(from[i]);
  });
  return y_;
}

template <class Function, bool kHasKink>
const Tensor& Activation<Function, kHasKink>::backward(const Tensor& dy, Mode mode) {
  const real* x = recall(dy, mode).row(0);
  const real* y = y_.row(0);
  const real* upstream = dy.row(0);
  dx_.resize_like(dy);
  real* dx = dx_.row(0);
  parallel_for(threads_, dy.size(), 8192, [=](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) dx[i] = Function::backward(upstream[i], x[i], y[i]);
  });
  return dx_;
}

}  // namespace bnlab
