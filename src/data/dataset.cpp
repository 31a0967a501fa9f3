#include "bnlab/data/dataset.hpp"

#include <algorithm>
#include <filesystem>

#include "bnlab/core/error.hpp"
#include "bnlab/data/cifar10.hpp"
#include "bnlab/data/idx.hpp"
#include "bnlab/data/path.hpp"

namespace bnlab {
namespace fs = std::filesystem;
namespace {

std::string folder_name(const std::string& folder) {
  std::error_code problem;  // a working directory that is gone has no name
  const fs::path whole = fs::absolute(folder + "/", problem);
  const fs::path normal = (problem ? fs::path(folder + "/") : whole).lexically_normal();
  const std::string name = normal.parent_path().filename().string();
  return name.empty() ? "dataset" : one_word(name);
}

// How to get a dataset whose folder is missing: the full sets have a command that fetches them.
std::string how_to_get(const std::string& folder) {
  const std::string name = folder_name(folder);
  for (const char* set : {"mnist", "fashion-mnist", "cifar10"}) {
    if (name == set) return format("; to fetch it into data/%s, run: make %s", set, set);
  }
  if (fs::path(folder).parent_path() == "data") return "; the sets to fetch are mnist, fashion-mnist and cifar10";
  return path_exists("data") ? "" : "; run bnlab from the project's top folder, or name another with --data";
}

// "train-images" and 3 axes -> train-images-idx3-ubyte; some programs unpack it as train-images.idx3-ubyte.
std::string find_idx(const fs::path& folder, const std::string& stem, std::size_t axes) {
  const std::string usual = (folder / format("%s-idx%zu-ubyte", stem.c_str(), axes)).string();
  const std::string dotted = (folder / format("%s.idx%zu-ubyte", stem.c_str(), axes)).string();
  if (path_exists(usual)) return usual;
  if (path_exists(dotted)) return dotted;
  for (const std::string& path : {usual + ".gz", dotted + ".gz"}) {
    if (path_exists(path)) fail("%s: expected it unpacked; run: gunzip %s", path.c_str(), path.c_str());
  }
  fail(
      "%s: no such file (nor train-images.idx3-ubyte and so on); a dataset folder holds train-images-idx3-ubyte, "
      "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or CIFAR-10's data_batch_1.bin … "
      "and test_batch.bin%s",
      usual.c_str(), how_to_get(folder.string()).c_str());
}

// Adds the files that it reads to `files`.
Dataset load_idx(const fs::path& folder, const std::string& part, std::vector<std::string>& files) {
  const std::string images_path = find_idx(folder, part + "-images", 3);
  const std::string labels_path = find_idx(folder, part + "-labels", 1);
  files.insert(files.end(), {images_path, labels_path});
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
  const auto bad = std::find_if(set.labels.begin(), set.labels.end(), [&](auto label) { return label >= set.classes; });
  if (bad != set.labels.end()) {
    fail("%s: expected labels from 0 to %zu, found %u for image %td", labels_path.c_str(), set.classes - 1, *bad,
         bad - set.labels.begin());
  }
  return set;
}

// data_batch_1.bin, data_batch_2.bin, … in the order of their names.
std::vector<std::string> cifar_batches(const std::string& folder) {
  std::vector<std::string> paths;
  for (const std::string& name : names_in_folder(folder)) {
    if (name.starts_with("data_batch_") && name.ends_with(".bin")) paths.push_back((fs::path(folder) / name).string());
  }
  return paths;
}

}  // namespace

std::string Dataset::shape() const {
  const std::string area = format("%zu x %zu", height, width);
  return channels == 1 ? area : format("%zu x ", channels) + area;
}

DatasetPair load_datasets(const std::string& folder) {
  if (!is_folder(folder)) {
    fail("%s: expected a dataset folder, found %s%s", folder.c_str(),
         path_exists(folder) ? "a file" : "nothing of that name", how_to_get(folder).c_str());
  }
  DatasetPair pair;
  pair.name = folder_name(folder);
  const std::string test_batch = folder + "/test_batch.bin";
  const std::vector<std::string> train_batches = cifar_batches(folder);
  if (train_batches.empty() && !path_exists(test_batch)) {
    pair.train = load_idx(folder, "train", pair.files);
    pair.test = load_idx(folder, "t10k", pair.files);
  } else {
    if (train_batches.empty()) {
      fail("%s: expected data_batch_1.bin … beside test_batch.bin, found none", folder.c_str());
    }
    pair.train = read_cifar10(train_batches);
    pair.test = read_cifar10({test_batch});
    pair.files = train_batches;
    pair.files.push_back(test_batch);
  }
  if (pair.train.shape() != pair.test.shape()) {
    fail("%s: expected training and test images of one shape, found %s and %s", folder.c_str(),
         pair.train.shape().c_str(), pair.test.shape().c_str());
  }
  return pair;
}

}  // namespace bnlab
