#include "bnlab/train/key_reader.hpp"

#include "bnlab/core/error.hpp"
#include "bnlab/core/number.hpp"
#include "bnlab/core/shown.hpp"

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
