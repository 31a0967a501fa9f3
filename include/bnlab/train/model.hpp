// A trained network and its metadata.
#pragma once

#include "bnlab/train/architecture.hpp"

namespace bnlab {

// The metadata of a model file.
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
