// What a network's layers say of its architecture.
#pragma once

#include <optional>

#include "bnlab/train/architecture.hpp"

namespace bnlab {

// The architecture of which make_network makes such layers: fc1, bn1, an activation, fc2, …, in the same order, all
// norms and activations alike. Nothing: the network is no such MLP. (Of a network of one layer, norm, activation and
// dropout are the defaults.)
std::optional<Architecture> architecture_of(const Network& network);

// "fc1 Linear, act1 Tanh, fc2 Linear".
std::string describe_layers(const Network& network);

}  // namespace bnlab
