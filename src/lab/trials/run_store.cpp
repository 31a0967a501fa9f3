#include "bnlab/lab/trials/run_store.hpp"

#include <filesystem>

#include "bnlab/core/fingerprint.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/data/file.hpp"
#include "bnlab/data/output_file.hpp"

namespace bnlab {
namespace {

// The last line of a file: a fingerprint of all that stands before it, by which a file that is not whole is recognised.
std::string last_line(const std::string& before) { return "end " + hexadecimal(fingerprint(before)) + "\n"; }

// "0.1 0.2"
std::string words_of(const std::vector<double>& numbers) {
  std::string words;
  for (const double x : numbers) words += " " + shortest_decimal(x);
  return words;
}

std::string text_of(const Measurements& measured) {
  std::string text;
  for (const auto& [name, value] : measured.values) text += "value " + name + words_of({value}) + "\n";
  for (const auto& [name, values] : measured.curves) text += "curve " + name + words_of(values) + "\n";
  return text;
}

// Nothing: a word is no number.
std::optional<std::vector<double>> numbers_of(const std::vector<std::string>& words, std::size_t first) {
  std::vector<double> numbers;
  for (std::size_t i = first; i < words.size(); ++i) {
    const std::optional<double> number = parse_number(words[i]);
    if (!number) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

// What text_of wrote. Nothing: it is not that.
std::optional<Measurements> read_measurements(const std::string& text) {
  Measurements measured;
  for (const std::string& line : split_text(text, '\n')) {
    if (line.empty()) continue;  // behind the last line break
    const std::vector<std::string> words = split_text(line, ' ');
    if (words.size() < 2) return {};
    const std::optional<std::vector<double>> numbers = numbers_of(words, 2);
    if (!numbers) return {};
    if (words[0] == "value" && numbers->size() == 1) {
      measured.values[words[1]] = numbers->front();
    } else if (words[0] == "curve") {
      measured.curves[words[1]] = *numbers;
    } else {
      return {};
    }
  }
  return measured;
}

// "cbf29ce484222325.txt". Nothing else in the folder is ours.
bool is_name_of_run(const std::string& name) {
  const std::size_t digits = name.find_first_not_of("0123456789abcdef");
  return digits == 16 && name.substr(digits) == ".txt";
}

}  // namespace

std::string RunStore::head(const std::string& experiment, const Trial& trial) const {
  return "bnlab run 1\nprogram " + program_ + "\nimages " + images_ + "\nexperiment " + experiment + "\n" +
         describe_trial(trial);
}

std::string RunStore::path(const std::string& head) const {
  return folder_ + "/" + hexadecimal(fingerprint(head)) + ".txt";
}

std::optional<Measurements> RunStore::find(const std::string& experiment, const Trial& trial) const {
  const std::string head_of_run = head(experiment, trial);
  const std::string file = path(head_of_run);
  std::error_code none;
  if (!std::filesystem::is_regular_file(file, none)) return {};
  InputFile input(file);
  const Bytes bytes = input.read(input.size());
  const std::string text(bnlab::text_of(bytes));
  const std::size_t end = text.rfind("end ");
  if (!text.starts_with(head_of_run) || end == std::string::npos) return {};
  const std::string before = text.substr(0, end);
  if (text.substr(end) != last_line(before)) return {};
  return read_measurements(before.substr(head_of_run.size()));
}

void RunStore::keep(const std::string& experiment, const Trial& trial, const Measurements& measured) const {
  make_writable_folder(folder_);
  const std::string head_of_run = head(experiment, trial);
  const std::string text = head_of_run + text_of(measured);
  write_file(path(head_of_run), text + last_line(text));
}

void RunStore::forget() const {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    if (is_name_of_run(entry->path().filename().string())) remove_file(entry->path().string());
  }
}

std::string images_fingerprint(const DatasetPair& data) {
  std::uint64_t hash = kFnvOffsetBasis;
  for (const Dataset* part : {&data.train, &data.test}) {
    hash = fingerprint(format("%s %zu classes ", part->shape().c_str(), part->classes), hash);
    hash = fingerprint(bnlab::text_of(part->pixels), hash);
    hash = fingerprint(bnlab::text_of(part->labels), hash);
  }
  return hexadecimal(hash);
}

}  // namespace bnlab
