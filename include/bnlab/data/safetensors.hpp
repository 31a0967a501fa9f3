// safetensors, the file format in which PyTorch's users exchange models.
//
//   8 bytes     N, the header's length, little-endian
//   N bytes     JSON: {"name": {"dtype": "F32", "shape": [512, 784], "data_offsets": [begin, end]}, …,
//                      "__metadata__": {"key": "text", …}}
//   the rest    the numbers of all tensors, little-endian, row-major. Offsets count from here, without gap or overlap
//
// The reader checks the rules of the format (sizes, offsets, no bytes left over) before it uses anything.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bnlab/core/text.hpp"

namespace bnlab {

struct StoredTensor {
  std::string dtype;  // "F32", "F64", "I64", …
  std::vector<std::size_t> shape;
  Bytes bytes;

  // "[512, 784]"; of more axes than any tensor of ours has only the first, "[1, 1, 1, 1, …] (9 axes)".
  std::string shape_text() const;
};

using Metadata = std::map<std::string, std::string>;

struct TensorFile {
  std::map<std::string, StoredTensor> tensors;  // by name
  Metadata metadata;

  // The metadata's value for that key, or `otherwise` if there is none.
  std::string metadata_or(const std::string& key, const std::string& otherwise) const {
    return metadata.contains(key) ? metadata.at(key) : otherwise;
  }
};

// Error: one line that names the file and the rule that it breaks.
TensorFile read_safetensors(const std::string& path);
// Written completely or not at all (write_file).
void write_safetensors(const std::string& path, const TensorFile& file);

}  // namespace bnlab
