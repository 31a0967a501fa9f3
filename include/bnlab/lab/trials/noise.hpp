// Noise behind batch normalization, to move the distribution that it has just fixed.
//
// Santurkar, Tsipras, Ilyas and Madry (2018, section 2.2, "noisy" batch normalization) ask whether batch normalization
// helps because the distribution of a layer's inputs stays the same. They add a random shift and scale behind it, other
// ones in each step. If the network trains as fast all the same, that is not why.
#pragma once

#include "bnlab/core/random.hpp"
#include "bnlab/lab/run.hpp"

namespace bnlab {

// y_nd = a_d x_nd + b_d, with a_d uniform in 1 ± r and b_d uniform in ± r, drawn anew for every unit d in each forward
// pass of training. In evaluation mode it is the identity.
class Noise : public Layer {
 public:
  Noise(double r, Random random) : Layer("Noise"), r_(r), random_(random) {}

  const Tensor& forward(const Tensor& x, Mode mode) override;
  const Tensor& backward(const Tensor& dy, Mode mode) override;
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Noise>(*this); }

 private:
  double r_;
  Random random_;
  Tensor scale_, shift_;  // [D] of the last forward pass in training mode
};

// Puts noise behind each batch normalization of a run that has not begun.
void add_noise(Run& run, double r);

}  // namespace bnlab
