// The validation split.
#pragma once

#include "bnlab/data/batch.hpp"

namespace bnlab {

struct Split {
  Subset train, validation;
};

// Splits the first `limit` images (0: all). A random `fraction` of them, drawn by the seed, is for validation, the
// others are for training. Both subsets are in the order of the file.
Split split(const Dataset& data, std::size_t limit, double fraction, std::uint64_t seed);

}  // namespace bnlab
