// What a dataset is and how that is known, in words.
#pragma once

#include <string>

#include "bnlab/data/dataset.hpp"

namespace bnlab {

// The lines that follow the one that begins with "  data      ": where its name comes from, how much of the full set it
// is, whether its images were transposed, and what its user should know.
std::string describe_origin(const DatasetPair& data);

}  // namespace bnlab
