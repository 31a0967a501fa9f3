#include "bnlab/nn/layer.hpp"

#include <cmath>

namespace bnlab {

static const char* text_of(Mode mode) { return mode == Mode::train ? "training" : "evaluation"; }

void Layer::expect_input(const Tensor& x, std::size_t features) const {
  if (x.rank() != 2 || x.cols() != features || x.rows() == 0) {
    fail("%s: expected an input of shape [N, %zu] with N >= 1, got %s", name_, features, x.shape().c_str());
  }
}

std::size_t Layer::expect_features(std::size_t features) const {
  if (features == 0) fail("%s: expected at least 1 feature, got 0", name_);
  return features;
}

void Layer::expect_eps(double eps) const {
  if (!(eps >= 0) || std::isinf(eps)) fail("%s: expected a finite eps >= 0, got %g", name_, eps);
}

void Layer::remember(const Tensor& x, Mode mode) {
  if (&x == &y_ || &x == &dx_) fail("%s: expected an input of its own, got the layer's own output or gradient", name_);
  x_.tensor = &x;
  mode_ = mode;
}

const Tensor& Layer::recall(const Tensor& dy, Mode mode) const {
  if (x_.tensor == nullptr) fail("%s: backward needs a forward pass before it", name_);
  if (mode != mode_) {
    fail("%s: backward in %s mode needs the last forward pass to be in %s mode, it was in %s mode", name_,
         text_of(mode), text_of(mode), text_of(mode_));
  }
  if (!dy.same_shape(y_)) {
    fail("%s: expected a gradient of the output's shape %s, got %s", name_, y_.shape().c_str(), dy.shape().c_str());
  }
  if (&dy == &dx_) fail("%s: expected a gradient of its own, got the layer's own dx", name_);
  return *x_.tensor;
}

}  // namespace bnlab
