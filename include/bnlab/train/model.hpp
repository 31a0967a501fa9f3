// A trained network and its metadata.
#pragma once

#include "bnlab/data/pixel_scale.hpp"
#include "bnlab/train/architecture.hpp"

namespace bnlab {

// What a model file does not say, as a PyTorch state_dict does not, so that the usual was assumed.
struct Assumptions {
  bool activation = false;
  bool eps = false;     // of the norm
  bool pixels = false;  // their scale
};

// The metadata of a model file.
struct ModelInfo {
  Architecture architecture;
  std::string dataset = "";  // what it was trained on; empty: the file does not say
  std::uint64_t seed = 0;
  PixelScale scale = {};
  Assumptions assumed = {};  // of a model that was loaded
};

struct Model {
  ModelInfo info;
  Network network;
};

}  // namespace bnlab
