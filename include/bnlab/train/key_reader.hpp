// Reads the metadata of one file, key by key. What is wrong with a value is said in one way: "model.safetensors:
// metadata: expected dropout to be a number in [0, 1), found '2'".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bnlab/data/safetensors.hpp"

namespace bnlab {

class KeyReader {
 public:
  // Of the file at that path. It keeps references to both.
  KeyReader(const Metadata& metadata, const std::string& path) : metadata_(metadata), path_(path) {}

  bool has(const std::string& key) const { return metadata_.contains(key); }
  std::string text(const std::string& key) const;  // empty where there is no such key

  // Error: the key is there and its value is not this text, which the tensors say.
  void expect(const char* key, const std::string& of_tensors) const;

  // `standard` where there is no such key. `expected` says what `good` is true of. Error: the value is no number, or
  // not a good one.
  double number(const char* key, double standard, const std::string& expected, bool (*good)(double)) const;

  // So many numbers with commas between them; none where there is no such key. `expected`: "numbers > 0", what `good` is
  // true of. Error: there are more or fewer; one is no number, or not a good one. The message says which.
  std::vector<double> numbers(const char* key, std::size_t count, const std::string& expected,
                              bool (*good)(double)) const;

  // 0 where there is no such key. Error: the value is no whole number.
  std::uint64_t whole_number(const char* key) const;

  // Error: the key's value is not what it is expected to be.
  [[noreturn]] void refuse(const char* key, const std::string& expected) const;

 private:
  const Metadata& metadata_;
  const std::string& path_;
};

}  // namespace bnlab
