#include "bnlab/data/cifar.hpp"

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kPixels = 3 * 32 * 32, kRecord = 1 + kPixels;

void check_length(const InputFile& file) {
  if (file.size() > 0 && file.size() % kRecord == 0) return;
  const char* instead =
      file.size() > 0 && file.size() % (kRecord + 1) == 0 ? "; records of 3074 are CIFAR-100's" : "; fetch it again";
  fail(
      "%s: expected records of 3073 bytes (a label and 3 x 32 x 32 pixels), found %llu bytes, %llu records and %llu "
      "bytes%s",
      file.path().c_str(), static_cast<unsigned long long>(file.size()),
      static_cast<unsigned long long>(file.size() / kRecord), static_cast<unsigned long long>(file.size() % kRecord),
      instead);
}

}  // namespace

Dataset read_cifar10(const std::vector<std::string>& paths) {
  Dataset set;
  set.channels = 3, set.height = 32, set.width = 32;
  for (const std::string& path : paths) {
    InputFile file(path);
    check_length(file);
    const std::size_t before = set.count();
    set.pixels.reserve(set.pixels.size() + static_cast<std::size_t>(file.size()));
    const Bytes records = file.read(static_cast<std::size_t>(file.size()));
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

}  // namespace bnlab
