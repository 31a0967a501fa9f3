// The state of networks and optimizers as entries of a safetensors file: the names and shapes of PyTorch's state_dict.
#pragma once

#include <string>
#include <vector>

#include "bnlab/data/safetensors.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

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

}  // namespace bnlab
