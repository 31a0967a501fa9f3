// Files: read with clear errors, written completely or not at all.
#pragma once

#include <string>
#include <string_view>

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

// Writes a temporary file in the same folder, flushes it to disk, and renames it: `path` contains either its old
// content or all of the new, even after a crash. Error: the system's message.
void write_file(const std::string& path, std::string_view content);

// Creates the folder and its parents. Error if that fails or the folder is not writable.
void make_writable_folder(const std::string& path);
// Error if a file of that name could not be written, so that a run fails at its start and not at its end. The folder
// must exist.
void check_writable(const std::string& file_path);

}  // namespace bnlab
