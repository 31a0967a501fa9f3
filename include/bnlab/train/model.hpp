// A trained network, and what is known of it.
#pragma once

#include "bnlab/train/architecture.hpp"

namespace bnlab {

// What a model file's metadata says beside the numbers.
struct ModelInfo {
  Architecture architecture;
  std::string dataset;  // what it was trained on; empty: the file does not say
  std::uint64_t seed = 0;
};

struct Model {
  ModelInfo info;
  Network network;
};

}  // namespace bnlab
