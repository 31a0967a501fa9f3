#include "bnlab/train/key_reader.hpp"

#include <algorithm>

#include "bnlab/core/error.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"
#include "bnlab/core/text.hpp"

namespace bnlab {

std::string KeyReader::text(const std::string& key) const {
  const auto found = metadata_.find(key);
  return found == metadata_.end() ? "" : found->second;
}

void KeyReader::expect(const char* key, const std::string& of_tensors) const {
  if (has(key) && text(key) != of_tensors) refuse(key, "'" + of_tensors + "', as its tensors have it");
}

double KeyReader::number(const char* key, double standard, const std::string& expected, bool (*good)(double)) const {
  if (!has(key)) return standard;
  const std::optional<double> value = parse_number(text(key));
  if (!value || !good(*value)) refuse(key, expected);
  return *value;
}

std::vector<double> KeyReader::numbers(const char* key, std::size_t count, const std::string& expected,
                                       bool (*good)(double)) const {
  if (!has(key)) return {};
  const std::string all = text(key);
  const auto refuse_as = [&](const std::string& found) {
    fail("%s: metadata: expected %s to be %zu %s with commas between them, found %s", path_.c_str(), key, count,
         expected.c_str(), found.c_str());
  };
  // Counted before they are taken apart, which takes memory.
  const auto found = static_cast<std::size_t>(std::count(all.begin(), all.end(), ',')) + 1;
  if (found != count) refuse_as(std::to_string(found));
  std::vector<double> numbers;
  for (const std::string& part : split_text(all, ',')) {
    const std::optional<double> value = parse_number(part);
    if (!value || !good(*value)) refuse_as("'" + shown(part) + "' as number " + std::to_string(numbers.size() + 1));
    numbers.push_back(*value);
  }
  return numbers;
}

std::uint64_t KeyReader::whole_number(const char* key) const {
  if (!has(key)) return 0;
  const std::optional<std::uint64_t> value = parse_whole_number(text(key));
  if (!value) refuse(key, "a whole number of 64 bits");
  return *value;
}

void KeyReader::refuse(const char* key, const std::string& expected) const {
  fail("%s: metadata: expected %s to be %s, found '%s'", path_.c_str(), key, expected.c_str(),
       shown(text(key)).c_str());
}

}  // namespace bnlab
