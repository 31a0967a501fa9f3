// The activations: functions applied to every entry on its own. In PyTorch: torch.nn.ReLU, Sigmoid, Tanh.
//
// Each is y = f(x), so dx = dy · f'(x), entry by entry; and each f' can be had from y alone, which is why
// the layer keeps its output and forgets its input. One class serves all three; `Function` is one of the structs below.
#pragma once

#include <cmath>

#include "bnlab/nn/layer.hpp"

namespace bnlab {

// BEGIN SOLUTION relu
// ACT.1   y = max(x, 0)              dx = dy where y > 0, else 0
//         Written so that NaN passes through: a run that has gone wrong must not look healthy.
struct ReluFunction {
  static constexpr const char* name = "ReLU";
  static real forward(real x) { return x < 0 ? real{0} : x; }
  static real backward(real dy, real y) { return y > 0 ? dy : real{0}; }
};
// END SOLUTION

// ACT.2   y = 1 / (1 + e^-x)         y' = e^-x / (1 + e^-x)² = y (1 - y)
//         For x -> -∞, e^-x becomes infinite and y becomes 0, which is right; nothing overflows into NaN.
struct SigmoidFunction {
  static constexpr const char* name = "Sigmoid";
  static real forward(real x) { return 1 / (1 + std::exp(-x)); }
  static real backward(real dy, real y) { return dy * y * (1 - y); }
};

// ACT.3   y = tanh x                 y' = 1 - tanh² x = 1 - y²
struct TanhFunction {
  static constexpr const char* name = "Tanh";
  static real forward(real x) { return std::tanh(x); }
  static real backward(real dy, real y) { return dy * (1 - y * y); }
};

template <class Function>
class ActivationLayer : public Layer {
 public:
  const Tensor& forward(const Tensor& x, Mode mode) override;    // [N, D] -> [N, D]
  const Tensor& backward(const Tensor& dy, Mode mode) override;  // [N, D] -> [N, D]
  std::unique_ptr<Layer> clone() const override { return std::make_unique<ActivationLayer>(*this); }

 private:
  Cache cache_[2];  // one per Mode
  Tensor dx_;
};

using ReLU = ActivationLayer<ReluFunction>;
using Sigmoid = ActivationLayer<SigmoidFunction>;
using Tanh = ActivationLayer<TanhFunction>;

}  // namespace bnlab
