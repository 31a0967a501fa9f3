// What a dataset is: found out from its labels, and, where these are not known, from the names of its files or folder.
#pragma once

#include "bnlab/data/dataset_files.hpp"

namespace bnlab {

// Sets the name and the origin of the images that were read from these files of that folder. Remarks on what looks like a
// slip: parts or names that do not belong together, batches of CIFAR-10 that are missing or there twice.
void identify(DatasetPair& data, const std::string& folder, const DatasetFiles& files);

}  // namespace bnlab
