// A look at a network in the course of training, on images that stay the same. The network itself is not changed: each
// look is at a copy.
#pragma once

#include "bnlab/lab/trials/trial.hpp"

namespace bnlab {

// The first images that a run is trained on, at most that many.
Batch probe_batch(const Workbench& bench, std::size_t most = 256);

// The inputs of each activation, [N, D], from the first to the last, in training mode.
std::vector<Tensor> activation_inputs(Network network, const Batch& images);

// The gradient of every parameter one after the other, and the loss, in training mode.
struct Gradient {
  double loss = 0;
  std::vector<double> entries;
};
Gradient gradient_of(Network& network, const Batch& images);

// The network's parameters less `step` times that gradient.
void descend(Network& network, const Gradient& gradient, double step);

}  // namespace bnlab
