#include "bnlab/nn/dropout.hpp"

namespace bnlab {

Dropout::Dropout(double p_, Random random_) : p(p_), random(random_) {
  if (!(p >= 0 && p < 1)) fail("Dropout: expected a probability in [0, 1), got %g", p);
}

// DROP.1   y_nd = x_nd f_nd,   f_nd = 0 with probability p, else 1 / (1 - p)
const Tensor& Dropout::forward(const Tensor& x, Mode mode) {
  x_[static_cast<int>(mode)] = x;
  if (mode == Mode::eval) return x;
  factor_.resize_like(x);
  y_.resize_like(x);
  const real keep = static_cast<real>(1 / (1 - p));
  for (std::size_t i = 0; i < x.size(); ++i) {  // one thread: the stream has one order
    factor_.stored()[i] = random.uniform() < p ? real{0} : keep;
    y_.stored()[i] = x.stored()[i] * factor_.stored()[i];
  }
  return y_;
}

// Forward was y = x f with f fixed once drawn, so   DROP.2   dx_nd = dy_nd f_nd; in evaluation mode y = x and dx = dy.
const Tensor& Dropout::backward(const Tensor& dy, Mode mode) {
  const Borrowed& x = x_[static_cast<int>(mode)];
  expect_gradient("Dropout", x, dy, mode == Mode::eval && x ? *x : y_);
  if (mode == Mode::eval) return dy;
  dx_.resize_like(dy);
  for (std::size_t i = 0; i < dy.size(); ++i) dx_.stored()[i] = dy.stored()[i] * factor_.stored()[i];
  return dx_;
}

}  // namespace bnlab
