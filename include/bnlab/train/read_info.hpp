// What a model file says of its network: by its tensors, and by its metadata (metadata.hpp), which must agree with
// them.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/model.hpp"

namespace bnlab {

// Layer widths and the norm are inferred from names and shapes of the tensors, the rest from the metadata. `activation`
// is that of a file that does not say it. Error: the tensors are no model; a key's value is none, or contradicts them.
// The message names the key, its value and what was expected.
ModelInfo read_info(const TensorFile& file, const std::string& path, const std::string& activation);

}  // namespace bnlab
