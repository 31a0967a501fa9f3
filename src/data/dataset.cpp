#include "bnlab/data/dataset.hpp"

#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numeric>

#include "bnlab/core/random.hpp"

namespace bnlab {
namespace fs = std::filesystem;
namespace {

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string folder_name(const std::string& folder) {
  const std::string name = fs::absolute(folder + "/").lexically_normal().parent_path().filename().string();
  return name.empty() ? "dataset" : one_word(name);
}

// What to do about a folder that is not there: the full sets have a command that fetches them.
std::string advice(const std::string& folder) {
  const std::string name = folder_name(folder);
  for (const char* set : {"mnist", "fashion-mnist", "cifar10"}) {
    if (name == set) return format("; to fetch it into data/%s, run: make %s", set, set);
  }
  if (fs::path(folder).parent_path() == "data") return "; the sets to fetch are mnist, fashion-mnist and cifar10";
  return exists("data") ? "" : "; run bnlab from the project's top folder, or name another with --data";
}

// "train-images" and 3 axes -> train-images-idx3-ubyte; some programs unpack it as train-images.idx3-ubyte.
std::string find_idx(const fs::path& folder, const std::string& stem, std::size_t axes) {
  const std::string usual = (folder / format("%s-idx%zu-ubyte", stem.c_str(), axes)).string();
  const std::string dotted = (folder / format("%s.idx%zu-ubyte", stem.c_str(), axes)).string();
  if (exists(usual)) return usual;
  if (exists(dotted)) return dotted;
  for (const std::string& path : {usual + ".gz", dotted + ".gz"}) {
    if (exists(path)) fail("%s: expected it unpacked; run: gunzip %s", path.c_str(), path.c_str());
  }
  fail(
      "%s: no such file (nor train-images.idx3-ubyte and so on); a dataset folder holds train-images-idx3-ubyte, "
      "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, or CIFAR-10's data_batch_1.bin … "
      "and test_batch.bin%s",
      usual.c_str(), advice(folder.string()).c_str());
}

Dataset load_idx(const fs::path& folder, const std::string& part) {
  const std::string images_path = find_idx(folder, part + "-images", 3);
  const std::string labels_path = find_idx(folder, part + "-labels", 1);
  IdxArray images = read_idx(images_path, 3), labels = read_idx(labels_path, 1);
  Dataset set;
  set.height = images.shape[1], set.width = images.shape[2];
  set.pixels = std::move(images.values), set.labels = std::move(labels.values);
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

const char* contents(std::size_t axes) { return axes == 1 ? "labels" : axes == 3 ? "images" : "elements"; }

// What people really pass: the errors that the first bytes give away.
void check_magic(const InputFile& file, const Bytes& magic, std::size_t axes) {
  static const std::map<unsigned, const char*> types = {{0x08, "unsigned bytes"},  {0x09, "signed bytes"},
                                                        {0x0b, "16-bit integers"}, {0x0c, "32-bit integers"},
                                                        {0x0d, "floats"},          {0x0e, "doubles"}};
  const char *path = file.path().c_str(), *wanted = contents(axes);
  if (magic[0] == 0x1f && magic[1] == 0x8b) {
    fail("%s: expected an IDX file of %s, found a gzip file; unpack it first: gunzip %s", path, wanted, path);
  }
  if (magic[0] == '<') {
    fail("%s: expected an IDX file of %s, found an HTML page of %zu bytes (a failed download?); fetch it again", path,
         wanted, file.size());
  }
  if (magic[0] != 0 || magic[1] != 0 || !types.contains(magic[2])) {
    fail("%s: expected an IDX file of %s, which begins with the bytes 00 00 08 %02zx, found %02x %02x %02x %02x", path,
         wanted, axes, magic[0], magic[1], magic[2], magic[3]);
  }
  if (magic[2] != 0x08) {
    fail("%s: expected unsigned bytes (type 08), found %s (type %02x)", path, types.at(magic[2]), magic[2]);
  }
  if (magic[3] != axes) {
    fail("%s: expected %s (%zu %s), found an IDX file of %s (%u %s)", path, wanted, axes, axes == 1 ? "axis" : "axes",
         contents(magic[3]), magic[3], magic[3] == 1 ? "axis" : "axes");
  }
}

// data_batch_1.bin, data_batch_2.bin, … in the order of their names.
std::vector<std::string> cifar_batches(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreadable)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("data_batch_") && name.ends_with(".bin")) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

IdxArray read_idx(const std::string& path, std::size_t axes) {
  InputFile file(path);
  const std::size_t header = 4 + 4 * axes;
  if (file.size() >= 4) check_magic(file, file.read(4), axes);
  if (file.size() < header) {
    fail("%s: expected an IDX header of %zu bytes, the file has %zu", path.c_str(), header, file.size());
  }

  // BEGIN SOLUTION idx-reader
  IdxArray array;
  std::size_t expected = 1;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::size_t length = 0;  // big-endian
    for (const std::uint8_t byte : file.read(4)) length = length << 8 | byte;
    array.shape.push_back(length);
    if (__builtin_mul_overflow(expected, length, &expected)) expected = SIZE_MAX;  // more than any file has
  }
  const std::size_t found = file.size() - header;
  if (found != expected) {
    fail("%s: expected %s%zu bytes after the header, which announces %s, found %zu: the file is %s", path.c_str(),
         expected == SIZE_MAX ? "at least " : "", expected, joined(array.shape, " x ").c_str(), found,
         found < expected ? "cut short" : "too long");
  }
  array.values = file.read(expected);
  return array;
  // END SOLUTION
}

Dataset read_cifar10(const std::vector<std::string>& paths) {
  constexpr std::size_t kRecord = 1 + 3 * 32 * 32;  // 3073: the label; red values row by row, green ones, blue ones
  Dataset set;
  set.channels = 3, set.height = 32, set.width = 32;
  for (const std::string& path : paths) {
    InputFile file(path);
    const std::size_t size = file.size(), before = set.count();
    if (size == 0 || size % kRecord != 0) {
      fail(
          "%s: expected records of 3073 bytes (a label and 3 x 32 x 32 pixels), found %zu bytes, %zu records and %zu "
          "bytes%s",
          path.c_str(), size, size / kRecord, size % kRecord,
          size > 0 && size % (kRecord + 1) == 0 ? "; records of 3074 are CIFAR-100's" : "; fetch it again");
    }
    set.pixels.reserve(set.pixels.size() + size);
    const Bytes records = file.read(size);
    for (auto record = records.begin(); record != records.end(); record += kRecord) {
      if (*record >= set.classes) {
        fail("%s: expected labels from 0 to 9, found %u for image %zu; is this CIFAR-10's binary version?",
             path.c_str(), *record, set.count() - before);
      }
      set.labels.push_back(*record);
      set.pixels.insert(set.pixels.end(), record + 1, record + kRecord);
    }
  }
  return set;
}

DatasetPair load_datasets(const std::string& folder) {
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) {
    fail("%s: expected a dataset folder, found %s%s", folder.c_str(),
         exists(folder) ? "a file" : "nothing of that name", advice(folder).c_str());
  }
  const std::vector<std::string> batches = cifar_batches(folder);
  DatasetPair pair{folder_name(folder), {}, {}};
  if (batches.empty() && !exists(folder + "/test_batch.bin")) {
    pair.train = load_idx(folder, "train"), pair.test = load_idx(folder, "t10k");
  } else {
    if (batches.empty()) fail("%s: expected data_batch_1.bin … beside test_batch.bin, found none", folder.c_str());
    pair.train = read_cifar10(batches), pair.test = read_cifar10({folder + "/test_batch.bin"});
  }
  if (pair.train.shape() != pair.test.shape()) {
    fail("%s: expected training and test images of one shape, found %s and %s", folder.c_str(),
         pair.train.shape().c_str(), pair.test.shape().c_str());
  }
  return pair;
}

Subset whole(const Dataset& data) {
  Subset all{&data, std::vector<std::uint32_t>(data.count())};
  std::iota(all.indices.begin(), all.indices.end(), 0u);
  return all;
}

Split split(const Dataset& data, std::size_t limit, double fraction, std::uint64_t seed) {
  Subset all = whole(data);
  if (limit > data.count()) fail("expected a limit of at most %zu training images, got %zu", data.count(), limit);
  if (limit > 0) all.indices.resize(limit);
  Random(seed, "split").shuffle(all.indices);
  const auto cut = all.indices.begin() + std::llround(fraction * static_cast<double>(all.indices.size()));
  Split parts{{&data, {cut, all.indices.end()}}, {&data, {all.indices.begin(), cut}}};
  for (Subset* part : {&parts.train, &parts.validation}) std::sort(part->indices.begin(), part->indices.end());
  if (parts.train.indices.size() < 2) {
    fail("expected at least 2 images to train on, %zu are left of %zu", parts.train.indices.size(), all.indices.size());
  }
  return parts;
}

bool is_mnist(const std::string& dataset) { return ::strncasecmp(dataset.c_str(), "mnist", 5) == 0; }

std::string class_name(const std::string& dataset, std::size_t label) {
  static constexpr const char* fashion[] = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                                            "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
  static constexpr const char* cifar[] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                          "dog",      "frog",       "horse", "ship", "truck"};
  if (label < 10 && dataset.starts_with("fashion")) return fashion[label];
  if (label < 10 && dataset.starts_with("cifar")) return cifar[label];
  return std::to_string(label);
}

// --- Mini-batches ------------------------------------------------------------------------------------------------

void Batch::load(const Subset& subset, std::size_t begin, std::size_t end, ThreadPool* threads) {
  const Dataset& data = *subset.data;
  const std::size_t D = data.features();
  images.resize({end - begin, D});
  if (end - begin > labels.capacity()) labels.reserve(end - begin + 1);  // the last batch may have one more
  labels.resize(end - begin);
  constexpr real scale = static_cast<real>(1 / (255 * kPixelDeviation));
  constexpr real shift = static_cast<real>(-kPixelMean / kPixelDeviation);
  parallel_for(threads, end - begin, 16384 / D + 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t n = first; n < last; ++n) {
      const std::size_t i = subset.indices[begin + n];
      const std::uint8_t* pixels = data.image(i);
      real* x = images.row(n);
      for (std::size_t d = 0; d < D; ++d) x[d] = static_cast<real>(pixels[d]) * scale + shift;
      labels[n] = data.labels[i];
    }
  });
}

BatchPlan::BatchPlan(std::size_t images, std::size_t size)
    : images_(images), size_(size), count_((images + size - 1) / size) {
  if (count_ > 1 && size > 1 && images % size == 1) --count_;
}

void shuffle_for_epoch(Subset& subset, std::uint64_t seed, std::size_t epoch) {
  std::sort(subset.indices.begin(), subset.indices.end());
  Random(seed, "shuffle " + std::to_string(epoch)).shuffle(subset.indices);
}

}  // namespace bnlab
