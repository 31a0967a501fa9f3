// The state of a network or an optimizer, its named tensors and counters, in a safetensors file and back.
#pragma once

#include <cstring>

#include "bnlab/data/safetensors.hpp"
#include "bnlab/nn/network.hpp"

namespace bnlab {

// The dtype of `real` in a file.
inline constexpr const char* kRealType = sizeof(real) == 4 ? "F32" : "F64";

// Parameters and buffers: the complete state of a network.
std::vector<Buffer> state_dict(Network& network);

// Adds each tensor under `prefix` and its name, numbers as `real`; counters as I64. A matrix [in, out] of bnlab is
// [out, in] in the file, as in PyTorch.
void store(TensorFile& file, const std::string& prefix, const std::vector<Buffer>& state);

// Fills tensors and counters from the file's entries of these names, each after `prefix`. Error: an entry is missing or
// of another shape.
void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state);

// The entry of that name, of that shape and one of those types. Error: what the file has instead.
const StoredTensor& find_tensor(const TensorFile& file, const std::string& path, const std::string& name,
                                const std::vector<std::size_t>& shape, const std::vector<std::string>& types);

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
