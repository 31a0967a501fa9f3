// The binary form of CIFAR-10 (Krizhevsky, 2009): 3073 bytes per image and nothing else.
//
//   byte  0              the label, 0 … 9
//   bytes 1 … 3072       32 x 32 red values, row by row, then as many green and blue ones
#pragma once

#include "bnlab/data/dataset.hpp"

namespace bnlab {

// The images of these files, one file after the other. Error: one line that says what the file is instead.
Dataset read_cifar10(const std::vector<std::string>& paths);

}  // namespace bnlab
