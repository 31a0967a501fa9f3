// The binary format of CIFAR-10 (Krizhevsky, 2009).
//
// A file is a sequence of records, one per image, with no header: the label, 0 … 9, in one byte; then 32 x 32 red
// values, row-major, and as many green and blue ones.
#pragma once

#include <string>
#include <vector>

#include "bnlab/data/dataset.hpp"

namespace bnlab {

// The images of all these files, in order. Error: one line that names the file and says what it contains instead.
Dataset read_cifar10(const std::vector<std::string>& paths);

// How many images a file of theirs has: its length in records.
std::size_t cifar10_image_count(const std::string& path);

}  // namespace bnlab
