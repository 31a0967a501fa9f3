// A trained network and its metadata.
#pragma once

#include "bnlab/data/dataset.hpp"
#include "bnlab/train/architecture.hpp"

namespace bnlab {

// What a model file does not say, as a PyTorch state_dict does not, so that the usual was assumed.
struct Assumptions {
  bool activation = false;
  bool eps = false;     // of the norm
  bool place = false;   // of the norm
  bool pixels = false;  // their scale
};

// The images that a model was trained on, beside their name. Files of the first version ("bnlab 1") and of other
// programs say nothing of them.
struct TrainedOn {
  bool recognised = false;              // by their labels
  SetFingerprint fingerprint = {};      // of the whole training part, whatever --limit
  std::vector<std::size_t> shape = {};  // of an image: channels, height, width; empty: not said
  std::string transpose = "";           // "on": transposed after reading; "off": seen as stored, rows for columns
};

// The metadata of a model file.
struct ModelInfo {
  Architecture architecture;
  std::string dataset = "";  // what it was trained on; empty: the file does not say
  std::uint64_t seed = 0;
  PixelScale scale = {};
  Assumptions assumed = {};  // of a model that was loaded
  TrainedOn trained_on = {};
};

struct Model {
  ModelInfo info;
  Network network;
};

}  // namespace bnlab
