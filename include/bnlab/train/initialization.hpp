// Initialization: the weights that training begins with.
//
//   default   W and b uniform in ±1/sqrt(fan_in), as PyTorch's Linear draws them and as Linear's constructor does
//   kaiming   W normal with the deviation gain/sqrt(fan_in), b = 0. He et al., "Delving Deep into Rectifiers", 2015; in
//             PyTorch: kaiming_normal_
//   xavier    W uniform in ±gain sqrt(6/(fan_in + fan_out)), b = 0. Glorot and Bengio, "Understanding the difficulty of
//             training deep feedforward neural networks", 2010; in PyTorch: xavier_uniform_
//
// fan_in and fan_out are a layer's numbers of inputs and of outputs. The gain is that of the activation behind the layer
// (ActivationKind::gain), and 1 for the last layer, which has none behind it.
#pragma once

#include <string>

#include "bnlab/nn/linear.hpp"

namespace bnlab {

struct InitOptions {
  std::string method = "default";
  double scale = 1;  // > 0; the weights of the hidden layers, but not of the last one, are multiplied by it

  bool operator==(const InitOptions&) const = default;
  std::string describe() const;  // "default initial weights x 0.1"
};

// "default|kaiming|xavier".
std::string init_method_names();

// Draws W and b of a new layer anew by that method; `default` leaves them as its constructor drew them. Error: there is
// no such method.
void initialize(Linear& layer, const std::string& method, double gain, Random random);

// Multiplies W, and not b.
void scale_weight(Linear& layer, double scale);

}  // namespace bnlab
