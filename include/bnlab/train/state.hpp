// The complete state of a network or a training run, and whether its numbers are numbers.
#pragma once

#include "bnlab/nn/network.hpp"
#include "bnlab/optim/optimizer.hpp"

namespace bnlab {

// Parameters and buffers, under the names that they have in a file.
std::vector<Buffer> state_dict(Network& network);

// That of a network and, after it, the optimizer's buffers: all that training changes.
std::vector<Buffer> state_of_run(Network& network, Optimizer& optimizer);

// No tensor of the state has an entry that is NaN or infinite.
bool is_finite(const std::vector<Buffer>& state);

}  // namespace bnlab
