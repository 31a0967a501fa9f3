// How smooth the loss is along its gradient (Santurkar et al., 2018, figure 4): how far it ranges, and how much the gradient
// changes, from half a step of the optimizer to four.
#pragma once

#include "bnlab/lab/trials/trial.hpp"

namespace bnlab {

// Measures `loss_range` and `gradient_change`, means over the looks, one in 25 steps, and the curves of these names.
std::unique_ptr<Meter> smoothness_meter();

}  // namespace bnlab
