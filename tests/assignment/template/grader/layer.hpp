// Access to what every layer keeps of its last forward pass. The grader puts it there when it runs a backward pass
// alone.
#pragma once

#include "bnlab/nn/layer.hpp"
#include "child.hpp"

namespace grader {

using Remember = void(const bnlab::Tensor&, bnlab::Mode);
GRADER_OPENS(LayerRemember, bnlab::Layer, remember, Remember)
GRADER_OPENS(LayerY, bnlab::Layer, y_, bnlab::Tensor)
GRADER_OPENS(LayerDx, bnlab::Layer, dx_, bnlab::Tensor)

inline void remember(bnlab::Layer& layer, const bnlab::Tensor& x, bnlab::Mode mode) {
  (layer.*member(LayerRemember{}))(x, mode);
}
inline bnlab::Tensor& y_of(bnlab::Layer& layer) { return layer.*member(LayerY{}); }
inline bnlab::Tensor& dx_of(bnlab::Layer& layer) { return layer.*member(LayerDx{}); }

}  // namespace grader
