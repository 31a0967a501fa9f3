#include "bnlab/train/checksum.hpp"

#include "bnlab/core/error.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/core/shown.hpp"

namespace bnlab {

// Each string is prefixed with its length, so that the concatenation is unambiguous.
std::string checksum(const TensorFile& file) {
  std::uint64_t hash = kFnvOffsetBasis;
  const auto add = [&](std::string_view text) {
    const std::string length = std::to_string(text.size()) + ":";
    hash = fingerprint(text, fingerprint(length, hash));
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
  return hexadecimal(hash);
}

void expect_checksum(const TensorFile& file, const std::string& path) {
  if (!file.metadata.contains("checkpoint")) return;
  const std::string recorded = file.metadata_or("checksum", "nothing");
  const std::string found = checksum(file);
  if (recorded == found) return;
  fail("%s: corrupt: expected the checksum %s, its contents have %s; use an earlier checkpoint", path.c_str(),
       shown(recorded).c_str(), found.c_str());
}

}  // namespace bnlab
