// IDX, the file format of MNIST (LeCun, Cortes and Burges) and of its successors.
//
//   bytes 0, 1   0
//   byte  2      element type: 08 unsigned byte, 09 signed byte, 0B int16, 0C int32, 0D float, 0E double
//   byte  3      number of axes: 3 for images [count, rows, columns], 1 for labels [count]
//   then         the length of each axis, 4 bytes, big-endian
//   then         the elements, the last axis varying fastest
#pragma once

#include <string>
#include <vector>

#include "bnlab/core/text.hpp"

namespace bnlab {

struct IdxArray {
  std::vector<std::size_t> shape;
  Bytes values;
};

// Reads a file of unsigned bytes with `axes` axes: 3 for images, 1 for labels. The header is compared with the length
// of the file before any memory is allocated. Error: one line that says what the file contains instead.
IdxArray read_idx(const std::string& path, std::size_t axes);

}  // namespace bnlab
