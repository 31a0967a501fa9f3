// Models on disk. A model is exactly PyTorch's state_dict of the network written as fc1, bn1, fc2, …, as a safetensors
// file.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/model.hpp"

namespace bnlab {

Metadata metadata_of(const ModelInfo& info);

// Parameters and buffers under their names, Linear's weights transposed to PyTorch's [out, in], numbers as `real`.
void save_model(const std::string& path, Network& network, const Metadata& metadata = {});

// Builds the network that the file describes and fills it. A file without metadata (from PyTorch) is inferred from
// its names and shapes; its activation, which a state_dict does not record, is `activation`. F32 and F64 are converted
// to `real`. Error: one line that names the problem.
Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads);

// Fills an existing network. Every parameter and buffer must be there in its shape, and nothing else (but for a
// checkpoint's "optimizer.…" and "training.…"; num_batches_tracked may be missing, as in PyTorch).
void load_weights(const std::string& path, Network& network);

}  // namespace bnlab
