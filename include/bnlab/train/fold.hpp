// Folding batch normalization into the Linear before it, or behind it, for inference.
#pragma once

#include "bnlab/train/model.hpp"

namespace bnlab {

// A model without normalization whose logits equal those of the given one in evaluation mode, up to rounding: each
// batch normalization becomes part of the Linear before it (BN.11, BN.12), or where it stands behind an activation, of the
// Linear behind it (BN.13). All its layers have biases. Error: the model has no batch normalization; the folded weights
// are too large for `real`.
Model fold_batch_norm(const Model& model, ThreadPool* threads);

}  // namespace bnlab
