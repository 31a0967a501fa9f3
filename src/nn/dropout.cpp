#include "bnlab/nn/dropout.hpp"

#include <algorithm>

namespace bnlab {

Dropout::Dropout(double p_, Random random_) : Layer("Dropout"), p(p_), random(random_) {
  if (!(p >= 0 && p < 1)) fail("Dropout: expected a probability in [0, 1), got %g", p);
}

// DROP.1   y_nd = x_nd f_nd,   f_nd = 0 with probability p, else 1 / (1 - p);   in evaluation mode f_nd = 1
const Tensor& Dropout::forward(const Tensor& x, Mode mode) {
  remember(x, mode);
  y_.resize_like(x);
  if (mode == Mode::eval) {
    std::copy(x.stored().begin(), x.stored().end(), y_.stored().begin());
    return y_;
  }
  factor_.resize_like(x);
  const real scale = static_cast<real>(1 / (1 - p));
  for (std::size_t i = 0; i < x.size(); ++i) {  // serial: the generator is sequential
    factor_.stored()[i] = random.uniform() < p ? real{0} : scale;
    y_.stored()[i] = x.stored()[i] * factor_.stored()[i];
  }
  return y_;
}

// Forward was y = x f, with the mask f constant once sampled, so
//
//   DROP.2   dx_nd = dy_nd f_nd
const Tensor& Dropout::backward(const Tensor& dy, Mode mode) {
  recall(dy, mode);
  dx_.resize_like(dy);
  for (std::size_t i = 0; i < dy.size(); ++i) {
    const real f = mode == Mode::train ? factor_.stored()[i] : real{1};
    dx_.stored()[i] = dy.stored()[i] * f;
  }
  return dx_;
}

}  // namespace bnlab
