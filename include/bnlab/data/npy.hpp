// .npy, the file format of NumPy arrays (version 1.0).
//
//   "\x93NUMPY" 1 0    then the header's length, 2 bytes, little-endian
//   header             a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//                      then spaces and a line break, so that the numbers begin at a multiple of 64
//   numbers            row-major
#pragma once

#include <string>

#include "bnlab/core/tensor.hpp"

namespace bnlab {

// `matrix` is row-major. Error: as write_file.
void write_npy(const std::string& path, const Tensor& matrix);

}  // namespace bnlab
