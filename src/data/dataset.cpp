#include "bnlab/data/dataset.hpp"

#include "bnlab/core/error.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/cifar10.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/classes.hpp"
#include "bnlab/data/identify.hpp"
#include "bnlab/data/idx.hpp"

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

// --- Fingerprints ----------------------------------------------------------------------------------------------------

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

void set_scale(DatasetPair& data, const PixelScale& scale) {
  data.train.scale = scale;
  data.test.scale = scale;
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
