#include "bnlab/data/cifar10.hpp"

#include "bnlab/data/file.hpp"

namespace bnlab {

// The label, then the planes of red, green and blue.
static constexpr std::size_t kRecord = 1 + 3 * 32 * 32;

std::size_t cifar10_image_count(const std::string& path) { return InputFile(path).size() / kRecord; }

Dataset read_cifar10(const std::vector<std::string>& paths) {
  Dataset set;
  set.channels = 3;
  set.height = 32;
  set.width = 32;
  for (const std::string& path : paths) {
    InputFile file(path);
    const std::size_t size = file.size();
    const std::size_t count_before = set.count();
    if (size == 0 || size % kRecord != 0) {
      const bool is_cifar100 = size > 0 && size % (kRecord + 1) == 0;
      fail(
          "%s: expected records of 3073 bytes (a label and 3 x 32 x 32 pixels), found %zu bytes, %zu records and %zu "
          "bytes%s",
          path.c_str(), size, size / kRecord, size % kRecord,
          is_cifar100 ? "; records of 3074 are CIFAR-100's" : "; fetch it again");
    }
    set.pixels.reserve(set.pixels.size() + size);
    const Bytes records = file.read(size);
    for (auto record = records.begin(); record != records.end(); record += kRecord) {
      if (*record >= set.classes) {
        fail("%s: expected labels from 0 to 9, found %u for image %zu; is this CIFAR-10's binary version?",
             path.c_str(), *record, set.count() - count_before);
      }
      set.labels.push_back(*record);
      set.pixels.insert(set.pixels.end(), record + 1, record + kRecord);
    }
  }
  return set;
}

}  // namespace bnlab
