// .npy, the file format of NumPy's arrays (version 1.0).
//
//   "\x93NUMPY" 1 0    then the header's length, 2 bytes, little-endian
//   header             a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//                      and spaces and a line break, so that the numbers begin at a multiple of 64
//   numbers            row after row
#pragma once

#include "bnlab/core/tensor.hpp"
#include "bnlab/data/file.hpp"

namespace bnlab {

// A row-major matrix; whole or not at all (write_file).
inline void write_npy(const std::string& path, const Tensor& matrix) {
  std::string header = format("{'descr': '<f%zu', 'fortran_order': False, 'shape': (%zu, %zu), }", sizeof(real),
                              matrix.rows(), matrix.cols());
  header.resize(round_up(10 + header.size() + 1, 64) - 10, ' ');
  header.back() = '\n';
  std::string content("\x93NUMPY\1\0", 8);
  content += {static_cast<char>(header.size() % 256), static_cast<char>(header.size() / 256)};
  content += header;
  content.append(reinterpret_cast<const char*>(matrix.row(0)), matrix.size() * sizeof(real));
  write_file(path, content);
}

}  // namespace bnlab
