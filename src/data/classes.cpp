#include "bnlab/data/classes.hpp"

#include <algorithm>
#include <array>

#include "bnlab/core/error.hpp"
#include "bnlab/data/class_names.hpp"
#include "bnlab/data/known_sets.hpp"

namespace bnlab {
namespace {

// How many images have each label.
std::array<std::size_t, kMostClasses> count_labels(const Dataset& part) {
  std::array<std::size_t, kMostClasses> counts = {};
  for (const std::uint8_t label : part.labels) ++counts[label];
  return counts;
}

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

// Error: all images of both parts have one label. A network would learn to answer it, whatever the image.
void expect_two_classes(const DatasetPair& data, const DatasetFiles& files) {
  const std::uint8_t label = data.train.labels[0];
  const auto is_it = [&](std::uint8_t other) { return other == label; };
  if (!std::all_of(data.train.labels.begin(), data.train.labels.end(), is_it)) return;
  if (!std::all_of(data.test.labels.begin(), data.test.labels.end(), is_it)) return;
  fail(
      "%s: expected labels of at least two classes, found %u for every image; if it is right, say how many classes "
      "there are: --classes N",
      files.train.back().c_str(), label);
}

// "4, 5, 7", and how many more where they are many.
std::string list_of_labels(std::vector<std::size_t> labels) {
  constexpr std::size_t kMost = 10;
  const std::size_t more = labels.size() > kMost ? labels.size() - kMost : 0;
  labels.erase(labels.end() - static_cast<std::ptrdiff_t>(more), labels.end());
  return joined(labels, ", ") + (more > 0 ? format(" … and %zu others", more) : "");
}

// A label between others, or one of test images only, may be a slip in the files.
void remark_on_missing_labels(DatasetPair& data) {
  const auto train = count_labels(data.train);
  const auto test = count_labels(data.test);
  std::vector<std::size_t> missing;
  std::size_t tested = 0;
  for (std::size_t label = 0; label <= largest_label(data); ++label) {
    const bool is_no_class = test[label] == 0 && class_name(data.name, label) == kNoClass;
    if (train[label] > 0 || is_no_class) continue;
    missing.push_back(label);
    tested += test[label];
  }
  if (missing.empty()) return;
  const std::string images = tested == 1 ? "; 1 test image has" : format("; %zu test images have", tested);
  data.remarks.push_back("no training image has label " + list_of_labels(missing) + (tested > 0 ? images : ""));
}

}  // namespace

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
  if (known == nullptr && asked == 0) expect_two_classes(data, files);
  remark_on_missing_labels(data);
  data.train.classes = classes;
  data.test.classes = classes;
}

}  // namespace bnlab
