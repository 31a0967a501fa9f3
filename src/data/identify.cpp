#include "bnlab/data/identify.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "bnlab/core/error.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/data/path.hpp"
#include "bnlab/data/repeats.hpp"

namespace bnlab {
namespace fs = std::filesystem;
namespace {

std::string name_of_folder(const std::string& folder) {
  const std::string name = last_name(folder);
  return name.empty() ? "dataset" : name;
}

bool labels_are_known(const std::string& set, Part part) {
  return std::any_of(known_labels().begin(), known_labels().end(),
                     [&](const KnownLabels& known) { return known.set == set && known.part == part; });
}

// The known labels that each part begins with; null: its labels are not known.
struct Recognised {
  const KnownLabels* train;
  const KnownLabels* test;
};

// Whose the labels of that part are: "mnist's", "mnist's test images" of training images that are MNIST's test images,
// "of no set that is known here".
std::string whose(const KnownLabels* known, const char* part) {
  if (known == nullptr) return "of no set that is known here";
  const bool is_usual_part = (known->part == Part::training) == (std::string(part) == "training");
  return known->set + "'s" + (is_usual_part ? "" : known->part == Part::training ? " training images" : " test images");
}

// Whether the parts are of one set, as far as their labels tell. Training and test images may have changed places.
bool are_of_one_set(const DatasetPair& data, const Recognised& known) {
  const auto [train, test] = known;
  const bool few = std::min(data.train.count(), data.test.count()) < kFewestLabels;
  if (few || (train == nullptr && test == nullptr)) return true;
  if (test == nullptr) return !labels_are_known(train->set, Part::test);
  return train != nullptr && train->set == test->set;
}

void remark_on_parts(const DatasetPair& data, const Recognised& known, std::vector<std::string>& remarks) {
  const auto [train, test] = known;
  const bool both = train != nullptr && test != nullptr;
  const bool in_place = !both || (train->part == Part::training && test->part == Part::test);
  if (data.origin.parts_agree && in_place) return;
  remarks.push_back(format("by their labels, the training images are %s, the test images %s",
                           whose(train, "training").c_str(), whose(test, "test").c_str()));
}

// `found`: the known labels of the training images.
void remark_on_name(const std::string& folder, const KnownLabels* found, std::vector<std::string>& remarks) {
  const std::string name = name_of_folder(folder);
  const KnownSet* said = set_of_folder_name(name);
  if (said == nullptr || found == nullptr || said->name == found->set) return;
  remarks.push_back(format("the folder is called %s, its labels are %s's", shown(name).c_str(), found->set.c_str()));
}

void remark_on_size(const DatasetPair& data, std::vector<std::string>& remarks) {
  const std::size_t full = data.origin.full_training;
  if (full == 0 || data.train.count() <= full) return;
  remarks.push_back(
      format("%zu training images are more than the %zu of %s", data.train.count(), full, data.name.c_str()));
}

// --- The batches of CIFAR-10 -----------------------------------------------------------------------------------------

// 3 of "…/data_batch_3.bin", of "data_batch_3 (1).bin" and of "data_batch_3copy.bin"; no value: there is no number.
std::optional<std::size_t> number_of_batch(const std::string& path) {
  const std::string rest = fs::path(path).stem().string().substr(std::string("data_batch_").size());
  const std::string digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  const std::optional<std::uint64_t> number = parse_whole_number(digits);
  constexpr std::uint64_t kMost = 999;
  return number <= kMost ? number : std::nullopt;
}

void remark_on_missing_batches(const DatasetFiles& files, std::vector<std::string>& remarks) {
  std::vector<std::size_t> numbers;
  for (const std::string& path : files.train) {
    if (const std::optional<std::size_t> number = number_of_batch(path)) numbers.push_back(*number);
  }
  if (numbers.empty()) return;
  std::vector<std::size_t> missing;
  for (std::size_t number = 1; number < *std::max_element(numbers.begin(), numbers.end()); ++number) {
    if (std::find(numbers.begin(), numbers.end(), number) == numbers.end()) missing.push_back(number);
  }
  if (missing.empty()) return;
  constexpr std::size_t kMost = 5;
  const std::size_t more = missing.size() > kMost ? missing.size() - kMost : 0;
  missing.resize(missing.size() - more);
  remarks.push_back(format("there is no data_batch_%s.bin", joined(missing, ".bin, data_batch_").c_str()) +
                    (more > 0 ? format(" and %zu others", more) : ""));
}

// --- Name and origin -------------------------------------------------------------------------------------------------

void set_name(DatasetPair& data, const std::string& folder, const DatasetFiles& files, const KnownLabels* train) {
  if (train != nullptr) {
    data.name = train->set;
    data.origin.by = KnownBy::labels;
    return;
  }
  const bool by_files = !files.name.empty();
  data.name = one_word(by_files ? files.name : name_of_folder(folder));
  data.origin.by = by_files ? KnownBy::file_names : KnownBy::folder_name;
}

const char* words_for(Part part) { return part == Part::training ? "training images" : "test images"; }

// The set is that of the training images. Test images of another set are not recognised as a part of it.
void set_parts(DatasetPair& data, const Recognised& known) {
  data.origin.parts_agree = are_of_one_set(data, known);
  if (known.train != nullptr) data.origin.training_set = known.train->set;
  if (known.test != nullptr) data.origin.test_set = known.test->set;
  if (known.train == nullptr) return;
  const KnownSet& set = *find_known_set(known.train->set);
  data.origin.full_training = set.images(known.train->part);
  data.origin.compared_training = known.train->compared(data.train.count());
  data.origin.training_are = words_for(known.train->part);
  data.origin.from_the_first = known.train->first == 0;
  if (known.test == nullptr || known.test->set != set.name) return;
  data.origin.test_are = words_for(known.test->part);
  data.origin.full_test = set.images(known.test->part);
  data.origin.compared_test = known.test->compared(data.test.count());
}

}  // namespace

void identify(DatasetPair& data, const std::string& folder, const DatasetFiles& files) {
  if (!files.others.empty()) data.remarks.push_back(files.others);
  const Recognised known = {.train = recognise(data.train), .test = recognise(data.test)};
  set_name(data, folder, files, known.train);
  set_parts(data, known);
  if (!remark_on_tested_training_images(data, files)) remark_on_parts(data, known, data.remarks);
  remark_on_name(folder, known.train, data.remarks);
  if (files.is_cifar10) {
    remark_on_missing_batches(files, data.remarks);
    remark_on_repeated_batches(data, files);
  }
  remark_on_size(data, data.remarks);
}

const KnownSet* set_of_folder_name(const std::string& name) {
  const std::string letters = plain_name(name);
  const std::pair<const char*, const char*> beginnings[] = {
      {"fashion", "fashion-mnist"}, {"kmnist", "kmnist"}, {"kuzushiji", "kmnist"}, {"mnist", "mnist"}};
  for (const auto& [beginning, set] : beginnings) {
    if (letters.starts_with(beginning)) return find_known_set(set);
  }
  const bool is_cifar10 = letters.starts_with("cifar10") && !letters.starts_with("cifar100");
  return is_cifar10 ? find_known_set("cifar10") : nullptr;
}

}  // namespace bnlab
