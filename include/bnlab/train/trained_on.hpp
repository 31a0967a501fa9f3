// What a model file says of the images that the model was trained on, and whether others are these.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/model.hpp"

namespace bnlab {

// Of a network that is trained on this data.
ModelInfo describe_model(const Architecture& architecture, const DatasetPair& data, std::uint64_t seed);

// The entries of the metadata, but for the name of the dataset.
Metadata trained_on_metadata(const TrainedOn& images);
// Fills info.dataset and info.trained_on. Error: an entry is malformed, or contradicts the number of inputs.
void read_trained_on(const Metadata& metadata, const std::string& path, ModelInfo& info);

// Whether images are of the set that the model was trained on. Unsure: what the file and the images say does not tell.
enum class SameSet { yes, no, unsure };

// Of the images of that part, "train" or "test". A file has a fingerprint of training images only: test images are those
// of a recognised set, or of the set of the training images beside them. What a file of the first version says of a set is
// the name of its folder.
SameSet is_same_set(const ModelInfo& info, const DatasetPair& data, const std::string& part);

// Transposes the images where the model has seen its own the other way.
void turn_as_trained(const ModelInfo& info, DatasetPair& data);

}  // namespace bnlab
