// Files that are read, with clear errors.
#pragma once

#include <string>

#include "bnlab/core/error.hpp"

namespace bnlab {

// An open file and its length. A caller compares header fields with the length before it allocates memory for them.
class InputFile {
 public:
  explicit InputFile(std::string path);  // Error: missing, not a regular file, or unreadable
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  std::size_t size() const { return size_; }
  // The next `count` bytes; the caller has compared `count` with size(). Error if the file ends before.
  Bytes read(std::size_t count);

 private:
  std::string path_;
  int descriptor_;
  std::size_t size_ = 0;
};

}  // namespace bnlab
