// Models on disk: exactly PyTorch's state_dict of the network written as fc1, bn1, fc2, …, as a safetensors file.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/architecture.hpp"

namespace bnlab {

// What a file's metadata says beside the numbers.
struct ModelInfo {
  Architecture architecture;
  std::string dataset;  // what it was trained on; empty: the file does not say
  std::uint64_t seed = 0;
};

struct Model {
  ModelInfo info;
  Network network;
};

Metadata metadata_of(const ModelInfo& info);

// Parameters and buffers under their names, Linear's weights transposed to PyTorch's [out, in], numbers as `real`.
void save_model(const std::string& path, Network& network, const Metadata& metadata = {});

// Builds the network that the file describes and fills it. A file without metadata (from PyTorch) is understood from
// its names and shapes; its activation, which leaves no trace there, is `activation`. F32 and F64 are converted to
// `real`. Error: one line that says what the file lacks.
Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads);

// A plain model whose logits are those of the given one in evaluation mode, but for rounding: each batch normalization
// becomes part of the Linear before it (BN.11, BN.12). Error: there is none.
Model fold_batch_norm(const Model& model, ThreadPool* threads);

// Fills a network of one's own; every parameter and buffer must be there in its shape, and nothing else (but for
// a checkpoint's "optimizer.…" and "training.…"; num_batches_tracked may be missing, as in PyTorch).
void load_weights(const std::string& path, Network& network);

// Parameters and buffers: all that a network in use consists of.
std::vector<Buffer> state_dict(Network& network);

// Fills tensors and counters from the file's entries of these names, each after `prefix`. Error: an entry is missing or of
// another shape.
void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state);

}  // namespace bnlab
