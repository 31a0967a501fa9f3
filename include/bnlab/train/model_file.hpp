// Models on disk. A model is exactly PyTorch's state_dict of the network written as fc1, bn1, fc2, …, as a safetensors
// file, with metadata (metadata.hpp).
#pragma once

#include "bnlab/train/metadata.hpp"

namespace bnlab {

// Parameters and buffers under their names, Linear's weights transposed to PyTorch's [out, in], numbers as `real`. To
// `metadata`, such as metadata_of(info) with dataset, seed and the scale of the pixels, is added what the layers say:
// widths, norm, activation, dropout. (load_model then builds the same network. A network that is no MLP of bnlab's can
// be saved, too, and is loaded by load_weights.) Error: a number is not finite, as after divergence; `metadata`
// contradicts the layers; as write_file.
void save_model(const std::string& path, Network& network, const Metadata& metadata = {});

// As the model's info says. What was assumed of the file that it came from is not said of the new one either.
void save_model(const std::string& path, Model& model);

// Builds the network that the file describes and fills it. A file without metadata (from PyTorch) is inferred from
// its names and shapes; its activation, which a state_dict does not record, is `activation`; info.assumed tells. F32
// and F64 are converted to `real`. Error: one line that names the problem.
Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads);

// Fills an existing network. Every parameter and buffer must be there in its shape, with finite numbers, and nothing
// else (but for a checkpoint's "optimizer.…" and "training.…"; num_batches_tracked may be missing, as in PyTorch).
// Error: as load_model; the network is unchanged.
void load_weights(const std::string& path, Network& network);

}  // namespace bnlab
