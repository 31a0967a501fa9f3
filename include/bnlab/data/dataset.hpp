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

// Where the name of a set comes from.
enum class KnownBy { labels, file_names, folder_name };

// What a set is. The parts of a known set need not be whole, and may be of two sets.
struct Origin {
  KnownBy by = KnownBy::folder_name;
  std::string training_set = "", test_set = "";          // the known set of each part; empty: it is not recognised
  bool parts_agree = true;                               // as far as can be told, the parts are of one set
  std::size_t full_training = 0, full_test = 0;          // images of the full set's part; 0: it is not recognised
  std::size_t compared_training = 0, compared_test = 0;  // labels of the part that are compared with known ones
  std::string training_are = "training images";          // of the set: the parts may have changed places
  std::string test_are = "test images";
  bool from_the_first = true;  // the training images are the set's first
};

// What tells a set from another of the same name, and a part of it from another set. Not a secure hash
// (fingerprint.hpp).
struct SetFingerprint {
  std::string labels;        // of all training labels
  std::size_t images = 0;    // how many these are
  std::string first_images;  // of the first 10 training images as they are stored, and their labels
};

struct DatasetPair {
  std::string name;  // one word: "mnist"; of a set that is not known, the name of its files or of its folder
  Dataset train, test;
  std::vector<std::string> files = {};  // the paths of those that were read
  Origin origin = {};
  SetFingerprint fingerprint = {};
  std::vector<std::string> remarks = {};  // what its user should know, each in one line
  bool stored_transposed = false;         // its files hold rows for columns, as EMNIST's do
  bool transposed = false;                // the images have been transposed since they were read

  const Dataset& part(const std::string& which) const { return which == "train" ? train : test; }
  // The set of that part, "train" or "test": its own where it is recognised, otherwise the name of both.
  const std::string& name_of(const std::string& part) const;
};

struct DatasetOptions {
  std::size_t classes = 0;                      // 0: counted, or as the known set has it; from 11 on they must be given
  std::string classes_from = "--classes says";  // who asks for that number, for errors
  std::string transpose = "auto";               // "on", "off"; "auto": as the set needs it
};

constexpr std::size_t kMostClasses = 256;        // a label is a byte
constexpr std::size_t kMostCountedClasses = 10;  // beyond, a label that is too large is more likely a mistake

// Reads the training and the test images of a folder. The names of its files tell the format, IDX or CIFAR-10. Where
// the names begin with the name of the set, as EMNIST's do, "folder/emnist-letters" names one of several.
// Error: one line that names the file, what was expected and what was found.
DatasetPair load_datasets(const std::string& folder, const DatasetOptions& options = {});

// Swaps the rows and columns of all images.
void transpose(DatasetPair& data);

// How a network takes the images of both parts.
void set_scale(DatasetPair& data, const PixelScale& scale);

// Whether a set's files hold transposed images, by its name: "emnist-letters".
bool is_stored_transposed(const std::string& name);

// A fingerprint of the first `count` labels, in hexadecimal digits.
std::string labels_fingerprint(const Dataset& images, std::size_t count);

}  // namespace bnlab
