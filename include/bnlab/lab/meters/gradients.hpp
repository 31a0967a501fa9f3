// Whether gradients vanish, or explode, on their way back through the hidden layers.
#pragma once

#include "bnlab/lab/trials/trial.hpp"

namespace bnlab {

// Measures, with the initial weights, `ratio_log10`: by how many powers of ten the norm of the second layer's gradient is
// above that of the last hidden layer's; `imbalance`, the same without its sign, and `imbalance_at_end` after training. The
// curve `norm_at_start` has the norm of each layer. All hidden layers but the first should have the same shape.
std::unique_ptr<Meter> gradient_meter();

}  // namespace bnlab
