// Models on disk: exactly PyTorch's state_dict of the network written as fc1, bn1, fc2, …, as a safetensors file.
#pragma once

#include <cstring>

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

// --- What model files and checkpoints are made of ------------------------------------------------------------------

inline constexpr const char* kRealType = sizeof(real) == 4 ? "F32" : "F64";

// Parameters and buffers: all that a network in use consists of.
std::vector<Buffer> state_dict(Network& network);

// Adds each tensor under `prefix` and its name, matrices [in, out] as PyTorch's [out, in], numbers as `real`; counters
// as I64.
void store(TensorFile& file, const std::string& prefix, const std::vector<Buffer>& state);

// The entry of that name, of that shape and one of those types. Error: what the file has instead.
const StoredTensor& find_tensor(const TensorFile& file, const std::string& path, const std::string& name,
                                const std::vector<std::size_t>& shape, const std::vector<std::string>& types);

// The reverse of store; F32 and F64 are converted to `real`. Error: an entry is missing or of another shape.
void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state);

// Plain numbers as a tensor of that type ("F64", "I64") and shape, as they lie in memory.
template <class Number>
StoredTensor stored_numbers(const char* dtype, std::vector<std::size_t> shape, const std::vector<Number>& numbers) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers.data());
  return {dtype, std::move(shape), Bytes(bytes, bytes + numbers.size() * sizeof(Number))};
}

// The reverse; the type must be the right one for these numbers.
template <class Number>
std::vector<Number> numbers_of(const StoredTensor& stored) {
  std::vector<Number> numbers(stored.bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), stored.bytes.data(), stored.bytes.size());
  return numbers;
}

}  // namespace bnlab
