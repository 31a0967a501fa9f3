#include "bnlab/cli/question.hpp"

#include <algorithm>

#include "bnlab/cli/options.hpp"
#include "bnlab/core/fingerprint.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/data/path.hpp"
#include "bnlab/train/state_file.hpp"

namespace bnlab {
namespace {

// Whether it decides the results of compare. Not --data: what counts is which images they are, not where.
bool is_part_of_question(const Option& option) {
  const std::vector<std::string> others = {"--data", "--threads", "--out", "--quiet", "--help"};
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

// Of a set that is not known, with a beginning of its fingerprint: another folder may have the same name.
std::string name_of(const DatasetPair& data) {
  constexpr std::size_t kDigits = 8;
  if (data.origin.by == KnownBy::labels) return data.name;
  return data.name + "-" + data.fingerprint.labels.substr(0, kDigits);
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

std::string question_folder(const Settings& settings, const DatasetPair& data) {
  std::string words;
  if (identity_of(settings.data) != identity_of(Settings().data)) words += "-" + name_of(data);
  for (const Option& option : options()) {
    if (is_part_of_question(option) && !is_default(option, settings)) words += words_of(option, settings);
  }
  return "build/run" + as_name(words);
}

std::string question_text(const Settings& settings, const DatasetPair& data) {
  std::string text = "dataset " + data.name + " " + data.fingerprint.labels + "\nprecision " + kRealType + "\n";
  for (const Option& option : options()) {
    if (is_part_of_question(option)) text += option.name.substr(2) + " " + option.value.print(settings) + "\n";
  }
  return text;
}

std::string question_path(const std::string& folder) { return folder + "/settings.txt"; }

bool holds_other_question(const Settings& settings, const DatasetPair& data) {
  const std::string path = question_path(settings.out);
  if (!path_exists(path)) return false;
  InputFile file(path);
  constexpr std::size_t kLongest = 10'000;  // of any settings
  return file.size() > kLongest || text_of(file.read(file.size())) != question_text(settings, data);
}

}  // namespace bnlab
