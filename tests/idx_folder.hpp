// Folders of small datasets in IDX, for tests.
#pragma once

#include "bnlab/data/known_sets.hpp"
#include "support.hpp"

namespace bnlab::testing {

// Type 08, the axes' lengths, the bytes.
inline void write_idx(const std::string& path, const std::vector<std::size_t>& shape, const Bytes& values) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::size_t length : shape) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
  }
  write_text(path, bytes + std::string(values.begin(), values.end()));
}

// What the files of a folder are like.
struct IdxFolder {
  std::size_t height = 28, width = 28;
  std::string prefix = "";    // "emnist-letters-"
  std::string test = "t10k";  // the test part's name
  std::uint64_t seed = 1;     // of the pixels
};

// Images of random pixels, which a network can tell apart by their label: a bright row or column for each.
inline Bytes pixels_for(const Bytes& labels, const IdxFolder& like, const std::string& part) {
  Random random(like.seed, part);
  Bytes pixels;
  for (const std::uint8_t label : labels) {
    for (std::size_t i = 0; i < like.height * like.width; ++i) {
      const bool is_bright = i / like.width == label % like.height;
      pixels.push_back(static_cast<std::uint8_t>((is_bright ? 200 : 0) + random.below(50)));
    }
  }
  return pixels;
}

// `stem`: the path up to "-images-idx3-ubyte".
inline void write_part(const std::string& stem, const Bytes& labels, const IdxFolder& like) {
  const std::string part = stem.ends_with("train") ? "train" : "test";
  write_idx(stem + "-images-idx3-ubyte", {labels.size(), like.height, like.width}, pixels_for(labels, like, part));
  write_idx(stem + "-labels-idx1-ubyte", {labels.size()}, labels);
}

inline void write_dataset(const std::string& folder, const Bytes& train, const Bytes& test,
                          const IdxFolder& like = {}) {
  std::filesystem::create_directories(folder);
  write_part(folder + "/" + like.prefix + "train", train, like);
  write_part(folder + "/" + like.prefix + like.test, test, like);
}

// The first labels of a known set, as far as known_sets.cpp spells them out.
inline Bytes labels_of(const std::string& set, Part part, std::size_t first = 0) {
  Bytes labels;
  for (const KnownLabels& known : known_labels()) {
    if (known.set != set || known.part != part || known.first != first) continue;
    for (const char digit : known.digits) labels.push_back(static_cast<std::uint8_t>(digit - '0'));
  }
  return labels;
}

// 0, 1, …, classes - 1, and again.
inline Bytes labels_in_turn(std::size_t count, std::size_t classes) {
  Bytes labels;
  for (std::size_t i = 0; i < count; ++i) labels.push_back(static_cast<std::uint8_t>(i % classes));
  return labels;
}

}  // namespace bnlab::testing
