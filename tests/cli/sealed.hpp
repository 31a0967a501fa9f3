// Checkpoints with other contents whose checksum is right all the same: old ones, and hostile ones.
#pragma once

#include "../support.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/safetensors.hpp"

namespace bnlab::testing {

// The file's checksum, as checkpoint.hpp describes it: of all that is in it, each text after its length.
inline std::string expected_checksum(const TensorFile& file) {
  std::uint64_t hash = kFnvOffsetBasis;
  const auto add = [&](std::string_view text) {
    hash = fingerprint(std::to_string(text.size()) + ":", hash);
    hash = fingerprint(text, hash);
  };
  for (const auto& [key, text] : file.metadata) {
    if (key == "checksum") continue;
    add(key);
    add(text);
  }
  for (const auto& [name, tensor] : file.tensors) {
    add(name);
    add(tensor.dtype);
    add("[" + joined(tensor.shape, ", ") + "]");
    add(text_of(tensor.bytes));
  }
  return format("%016llx", static_cast<unsigned long long>(hash));
}

inline void write_checkpoint(const std::string& path, TensorFile file) {
  file.metadata["checksum"] = expected_checksum(file);
  write_safetensors(path, file);
}

}  // namespace bnlab::testing
