// safetensors, the file format for models that PyTorch's users exchange.
//
//   8 bytes     N, the header's length, little-endian
//   N bytes     JSON: {"name": {"dtype": "F32", "shape": [512, 784], "data_offsets": [begin, end]}, …,
//                      "__metadata__": {"key": "text", …}}
//   the rest    the tensors' numbers, little-endian, row-major; offsets count from here, without gap or overlap
//
// The format's rules for readers (sizes, offsets, no byte left over) are checked before anything is used.
#pragma once

#include <map>

#include "bnlab/data/file.hpp"

namespace bnlab {

struct StoredTensor {
  std::string dtype;  // "F32", "F64", "I64", …
  std::vector<std::size_t> shape;
  Bytes bytes;

  std::string shape_text() const { return "[" + joined(shape, ", ") + "]"; }  // "[512, 784]"
};

using Metadata = std::map<std::string, std::string>;

struct TensorFile {
  std::map<std::string, StoredTensor> tensors;  // by name
  Metadata metadata;

  // What the metadata says under that key, or `otherwise`.
  std::string said(const std::string& key, const std::string& otherwise) const {
    return metadata.contains(key) ? metadata.at(key) : otherwise;
  }
};

// Error: one line that names the file and the rule it breaks.
TensorFile read_safetensors(const std::string& path);
// Whole or not at all (write_file).
void write_safetensors(const std::string& path, const TensorFile& file);

}  // namespace bnlab
