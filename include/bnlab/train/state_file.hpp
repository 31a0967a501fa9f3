// The state of a network or an optimizer, its named tensors and counters, in a safetensors file and back.
//
// What can be saved can be loaded: numbers are finite, variances and counters not negative, in both directions.
#pragma once

#include <cstring>

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/state.hpp"

namespace bnlab {

// The dtype of `real` in a file.
inline constexpr const char* kRealType = sizeof(real) == 4 ? "F32" : "F64";

// Counters are whole numbers from 0 to this one, up to which doubles count, too.
inline constexpr std::int64_t kMostCount = std::int64_t{1} << 53;

// Adds each tensor under `prefix` and its name, numbers as `real`; counters as I64. A matrix [in, out] of bnlab is
// [out, in] in the file, as in PyTorch. `path` names the file to be written in errors. Error: a number that restore
// would refuse, which the message names with its tensor and entry; two tensors of one name.
void store(TensorFile& file, const std::string& path, const std::string& prefix, const std::vector<Buffer>& state);

enum class Match {
  converted,  // a model: F32 and F64 are converted to `real`; what may be missing may be missing
  exact       // a checkpoint: as bnlab wrote it, in this precision
};

// The file has an entry for each tensor and counter, under its name after `prefix`, of its shape and type. Error: an
// entry is missing or another one; a number is not finite in `real`, or negative where it must not be. The message
// names the entry: [row, column] as in the file.
void check(const TensorFile& file, const std::string& path, const std::string& prefix, const std::vector<Buffer>& state,
           Match match);

// Checks all entries, then fills tensors and counters. Error: as check; nothing has been changed.
void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state, Match match = Match::converted);

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
