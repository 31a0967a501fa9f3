#include "bnlab/data/dataset.hpp"

#include <algorithm>

#include "bnlab/core/error.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/cifar10.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/identify.hpp"
#include "bnlab/data/idx.hpp"
#include "bnlab/data/known_sets.hpp"

namespace bnlab {
namespace {

Dataset read_idx_images(const std::string& images_path, const std::string& labels_path) {
  IdxArray images = read_idx(images_path, 3);
  IdxArray labels = read_idx(labels_path, 1);
  Dataset set;
  set.height = images.shape[1];
  set.width = images.shape[2];
  set.pixels = std::move(images.values);
  set.labels = std::move(labels.values);
  if (images.shape[0] != labels.shape[0]) {
    fail("%s: expected one label for each of the %zu images in %s, found %zu", labels_path.c_str(), images.shape[0],
         images_path.c_str(), labels.shape[0]);
  }
  if (set.pixels.empty()) {
    fail("%s: expected at least one image of at least one pixel, found %zu of %zu x %zu", images_path.c_str(),
         images.shape[0], set.height, set.width);
  }
  return set;
}

Dataset read_part(const DatasetFiles& files, const std::vector<std::string>& paths) {
  return files.is_cifar10 ? read_cifar10(paths) : read_idx_images(paths[0], paths[1]);
}

// --- The number of classes -------------------------------------------------------------------------------------------

std::size_t largest_label(const DatasetPair& data) {
  const std::uint8_t train = *std::max_element(data.train.labels.begin(), data.train.labels.end());
  const std::uint8_t test = *std::max_element(data.test.labels.begin(), data.test.labels.end());
  return std::max(train, test);
}

// Error: a label of the part is too large. `advice` says what to do.
void check_labels(const Dataset& part, std::size_t classes, const DatasetFiles& files,
                  const std::vector<std::string>& paths, const std::string& advice) {
  const auto bad =
      std::find_if(part.labels.begin(), part.labels.end(), [&](std::uint8_t label) { return label >= classes; });
  if (bad == part.labels.end()) return;
  const LabelPlace place = place_of_label(files, paths, static_cast<std::size_t>(bad - part.labels.begin()));
  fail("%s: expected labels from 0 to %zu, found %u for image %zu%s", place.path.c_str(), classes - 1, *bad,
       place.image, advice.c_str());
}

// As asked for; otherwise as the known set has it, or counted.
void set_classes(DatasetPair& data, const DatasetFiles& files, const DatasetOptions& options) {
  const std::size_t asked = options.classes;
  const KnownSet* known = data.origin.by == KnownBy::labels ? find_known_set(data.name) : nullptr;
  const std::size_t counted = largest_label(data) + 1;
  std::size_t classes = std::min(counted, kMostCountedClasses);
  if (known != nullptr) classes = known->classes;
  if (asked > 0) classes = asked;
  const std::string advice = asked > 0 ? format("; %s %zu classes", options.classes_from.c_str(), asked)
                                       : format("; if it is right, say how many classes there are: --classes %zu",
                                                std::max(counted, class_count(data.name)));
  check_labels(data.train, classes, files, files.train, advice);
  check_labels(data.test, classes, files, files.test, advice);
  data.train.classes = classes;
  data.test.classes = classes;
}

// --- Fingerprints ----------------------------------------------------------------------------------------------------

std::string hexadecimal(std::uint64_t hash) { return format("%016llx", static_cast<unsigned long long>(hash)); }

SetFingerprint fingerprint_of(const Dataset& images) {
  constexpr std::size_t kFirst = 10;
  const std::string_view pixels = text_of(images.pixels).substr(0, kFirst * images.features());
  const std::string_view labels = text_of(images.labels).substr(0, kFirst);
  return {.labels = labels_fingerprint(images, images.count()),
          .images = images.count(),
          .first_images = hexadecimal(bnlab::fingerprint(labels, bnlab::fingerprint(pixels)))};
}

// --- Transposed images -----------------------------------------------------------------------------------------------

void transpose_images(Dataset& set) {
  const Bytes stored = set.pixels;
  const std::size_t area = set.height * set.width;
  for (std::size_t plane = 0; plane < stored.size(); plane += area) {
    for (std::size_t i = 0; i < area; ++i) {
      const std::size_t y = i / set.width;
      const std::size_t x = i % set.width;
      set.pixels[plane + x * set.height + y] = stored[plane + i];
    }
  }
  std::swap(set.height, set.width);
}

}  // namespace

std::string Dataset::shape() const {
  const std::string area = format("%zu x %zu", height, width);
  return channels == 1 ? area : format("%zu x ", channels) + area;
}

const std::string& DatasetPair::name_of(const std::string& part) const {
  const std::string& own = part == "train" ? origin.training_set : origin.test_set;
  return own.empty() ? name : own;
}

void transpose(DatasetPair& data) {
  transpose_images(data.train);
  transpose_images(data.test);
  data.transposed = !data.transposed;
}

bool is_stored_transposed(const std::string& name) { return is_emnist(name); }

std::string labels_fingerprint(const Dataset& images, std::size_t count) {
  return hexadecimal(fingerprint(text_of(images.labels).substr(0, count)));
}

DatasetPair load_datasets(const std::string& folder, const DatasetOptions& options) {
  const DatasetFiles files = find_dataset_files(folder);
  DatasetPair data;
  data.train = read_part(files, files.train);
  data.test = read_part(files, files.test);
  data.files = files.train;
  data.files.insert(data.files.end(), files.test.begin(), files.test.end());
  if (data.train.shape() != data.test.shape()) {
    fail("%s: expected training and test images of one shape, found %s and %s", folder.c_str(),
         data.train.shape().c_str(), data.test.shape().c_str());
  }
  identify(data, folder, files);
  set_classes(data, files, options);
  data.fingerprint = fingerprint_of(data.train);
  data.stored_transposed = is_stored_transposed(data.name);
  const bool is_automatic = options.transpose == "auto";
  if (is_automatic ? data.stored_transposed : options.transpose == "on") transpose(data);
  return data;
}

}  // namespace bnlab
