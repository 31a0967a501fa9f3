// Labelled images as they are stored, one byte per pixel, and the folders that they are read from.
#pragma once

#include <string>
#include <vector>

#include "bnlab/core/text.hpp"
#include "bnlab/data/pixel_scale.hpp"

namespace bnlab {

struct Dataset {
  std::size_t channels = 1, height = 0, width = 0;
  std::size_t classes = 10;  // labels are 0 … classes - 1
  Bytes pixels;              // [count, channels, height, width]
  Bytes labels;              // [count]
  PixelScale scale = {};     // how a network takes them

  std::size_t count() const { return labels.size(); }
  std::size_t features() const { return channels * height * width; }
  std::string shape() const;  // "28 x 28", "3 x 32 x 32"
  const std::uint8_t* image(std::size_t i) const { return pixels.data() + i * features(); }
};

struct DatasetPair {
  std::string name;  // the name of the folder: "fashion-mnist-sample"
  Dataset train, test;
  std::vector<std::string> files = {};  // the paths of those that were read
  const Dataset& part(const std::string& which) const { return which == "train" ? train : test; }
};

// Reads the training and the test images of a folder. The names of its files tell the format, IDX or CIFAR-10.
// Error: one line that names the file, what was expected and what was found.
DatasetPair load_datasets(const std::string& folder);

}  // namespace bnlab
