#include "bnlab/data/repeats.hpp"

#include <algorithm>
#include <filesystem>

#include "bnlab/core/error.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/cifar10.hpp"
#include "bnlab/data/known_sets.hpp"

namespace bnlab {
namespace {

// Some of a part's images, one after the other: those of one file.
struct ImageRange {
  std::string name;
  const Dataset& part;
  std::size_t begin, count;

  std::string_view labels() const { return text_of(part.labels).substr(begin, count); }
  std::string_view pixels() const {
    const std::size_t size = part.features();
    return text_of(part.pixels).substr(begin * size, count * size);
  }
};

bool same_images(const ImageRange& a, const ImageRange& b) {
  return a.labels() == b.labels() && a.pixels() == b.pixels();
}

// One for each file.
std::vector<ImageRange> batches_of(const Dataset& part, const std::vector<std::string>& paths) {
  std::vector<ImageRange> batches;
  std::size_t begin = 0;
  for (const std::string& path : paths) {
    const std::size_t count = cifar10_image_count(path);
    const std::string name = std::filesystem::path(path).filename().string();
    batches.push_back({.name = shown(name), .part = part, .begin = begin, .count = count});
    begin += count;
  }
  return batches;
}

}  // namespace

void remark_on_repeated_batches(DatasetPair& data, const DatasetFiles& files) {
  const std::vector<ImageRange> train = batches_of(data.train, files.train);
  const std::vector<ImageRange> test = batches_of(data.test, files.test);
  for (auto batch = train.begin(); batch != train.end(); ++batch) {
    const auto is_it = [&](const ImageRange& other) { return same_images(*batch, other); };
    const auto earlier = std::find_if(train.begin(), batch, is_it);
    if (earlier != batch) {
      data.remarks.push_back(
          format("%s has the same images as %s: they count twice", batch->name.c_str(), earlier->name.c_str()));
    }
    const bool is_whole_part = train.size() == 1;  // then the parts are equal, which is another remark
    if (!is_whole_part && is_it(test[0])) {
      data.remarks.push_back(format("%s has the same images as %s: the test accuracy counts training images",
                                    batch->name.c_str(), test[0].name.c_str()));
    }
  }
}

bool remark_on_tested_training_images(DatasetPair& data, const DatasetFiles& files) {
  const std::size_t count = data.test.count();
  if (count > data.train.count()) return false;
  const ImageRange tested{.name = "", .part = data.test, .begin = 0, .count = count};
  const ImageRange first{.name = "", .part = data.train, .begin = 0, .count = count};
  if (tested.pixels() != first.pixels()) return false;
  const bool all = count == data.train.count();
  const bool is_batch = !all && files.is_cifar10;  // which is another remark
  if (is_batch || (!all && count < kFewestLabels)) return false;
  const std::string images = all ? "the test images are the training images"
                                 : format("the %zu test images are the first training images", count);
  const char* labels = tested.labels() == first.labels() ? "" : ", with other labels";
  data.remarks.push_back(images + labels + ": the test accuracy says nothing of others");
  return true;
}

}  // namespace bnlab
