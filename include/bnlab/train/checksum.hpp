// The checksum of a checkpoint.
#pragma once

#include "bnlab/data/safetensors.hpp"

namespace bnlab {

// A fingerprint of everything in the file but its own entry "checksum" in the metadata, in 16 hexadecimal digits.
std::string checksum(const TensorFile& file);

// Error: the file says that it is a checkpoint and its checksum is not that of its contents.
void expect_checksum(const TensorFile& file, const std::string& path);

}  // namespace bnlab
