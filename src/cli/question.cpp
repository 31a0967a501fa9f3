#include "bnlab/cli/question.hpp"

#include <algorithm>

#include "bnlab/cli/options.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/core/real.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/data/path.hpp"

namespace bnlab {
namespace {

// Whether it decides the results of compare. Not --data: what counts is which images they are, not where. Nor --watch,
// which looks at a run and changes nothing.
bool is_part_of_question(const Option& option) {
  const std::vector<std::string> others = {"--data", "--threads", "--watch", "--watch-every",
                                           "--out",  "--quiet",   "--help"};
  return option.belongs_to("compare") && std::find(others.begin(), others.end(), option.name) == others.end();
}

// The defaults. Some depend on the optimizer.
Settings default_settings(const std::string& optimizer) {
  Settings settings;
  settings.command = "compare";
  settings.optimizer.name = optimizer;
  return settings;
}

bool is_default(const Option& option, const Settings& settings) {
  const std::string value = option.value.print(settings);
  if (option.name == "--optimizer") return value == Settings().optimizer.name;
  return value == option.value.print(default_settings(settings.optimizer.name));
}

// "-hidden-100,100"; of a flag "-nesterov".
std::string words_of(const Option& option, const Settings& settings) {
  const std::string name = option.name.substr(1);  // one hyphen stays
  return option.is_flag() ? name : name + "-" + option.value.print(settings);
}

// "train 10000 of 28 x 28, 1f2e3d4c5b6a7988": their number, shape, and a fingerprint of all pixels and labels.
std::string describe_images(const std::string& part, const Dataset& images) {
  const std::uint64_t hash = fingerprint(text_of(images.labels), fingerprint(text_of(images.pixels)));
  return format("%s %zu of %s, %016llx", part.c_str(), images.count(), images.shape().c_str(),
                static_cast<unsigned long long>(hash));
}

// "mnist-1f2e3d4c": other images may have the same name.
std::string name_of(const DatasetPair& data, const std::string& images) {
  return data.name + format("-%08llx", static_cast<unsigned long long>(fingerprint(images) >> 32));
}

// Without characters that mean something to a shell. What is too long for a folder's name ends in a fingerprint.
std::string as_name(std::string words) {
  constexpr std::size_t kLongest = 100;
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,";
  const std::uint64_t hash = fingerprint(words);
  for (char& c : words) {
    if (kPlain.find(c) == std::string_view::npos) c = '_';
  }
  if (words.size() <= kLongest) return words;
  return words.substr(0, kLongest) + format("-%08llx", static_cast<unsigned long long>(hash >> 32));
}

}  // namespace

std::string usual_folder() { return sizeof(real) == sizeof(double) ? "build/double/run" : "build/run"; }

Question::Question(const Settings& settings, const DatasetPair& data) {
  const std::string images = describe_images("train", data.train) + "\n" + describe_images("test", data.test) + "\n";
  text_ = "dataset " + data.name + "\n" + images + "precision " + kPrecision + "\n";
  const bool are_usual = identity_of(settings.data) == identity_of(Settings().data);
  std::string words = are_usual ? "" : "-" + name_of(data, images);
  for (const Option& option : options()) {
    if (!is_part_of_question(option)) continue;
    if (option.name == "--seeds" && settings.seeds == 1) continue;  // so results from before there was this option stay
    text_ += option.name.substr(2) + " " + option.value.print(settings) + "\n";
    if (!is_default(option, settings)) words += words_of(option, settings);
  }
  name_ = usual_folder() + as_name(words);
}

std::string Question::folder() const {
  std::string folder = name_;
  for (int number = 2; is_not_that_of(folder); ++number) folder = name_ + "-" + std::to_string(number);
  return folder;
}

bool Question::is_not_that_of(const std::string& folder) const {
  const std::string path = question_path(folder);
  if (!path_exists(path)) return false;
  InputFile file(path);
  constexpr std::size_t kLongest = 10'000;  // of any settings
  return file.size() > kLongest || text_of(file.read(file.size())) != text_;
}

std::string question_path(const std::string& folder) { return folder + "/settings.txt"; }

}  // namespace bnlab
