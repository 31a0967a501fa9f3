// Whole files: read with their problems named, written whole or not at all.
#pragma once

#include <string_view>

#include "bnlab/core/error.hpp"
#include "bnlab/core/tensor.hpp"

namespace bnlab {

using Bytes = std::vector<std::uint8_t>;
inline std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// An open file and its length. Memory is allocated only for what the file is known to hold.
class InputFile {
 public:
  explicit InputFile(std::string path);  // Error: missing, not a regular file, or unreadable
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  std::size_t size() const { return size_; }
  // The next `count` bytes, which the caller has compared with size(). Error if the file ends before.
  Bytes read(std::size_t count);

 private:
  std::string path_;
  int descriptor_;
  std::size_t size_ = 0;
};

// Writes beside the file, flushes to the disk, and renames: `path` holds its old content or all of the new,
// whatever happens between. Error: what the system said.
void write_file(const std::string& path, std::string_view content);

// A row-major matrix as .npy, the file format of NumPy's arrays (version 1.0).
//
//   "\x93NUMPY" 1 0    then the header's length, 2 bytes, little-endian
//   header             a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//                      and spaces and a line break, so that the numbers begin at a multiple of 64
//   numbers            row after row
void write_npy(const std::string& path, const Tensor& matrix);

// Spaces and control characters as '_': names of files stand in result lines, which programs cut at the spaces.
std::string one_word(std::string text);
std::string joined(const std::vector<std::size_t>& numbers, const char* between);  // "512, 784"

// Makes the folder and those above it. Error if that fails or it cannot be written in.
void make_writable_folder(const std::string& path);
// Error if a file of that name cannot be written later, so that a run finds out at its beginning: its folder must exist.
void check_writable(const std::string& file_path);

}  // namespace bnlab
