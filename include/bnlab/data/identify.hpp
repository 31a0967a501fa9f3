// What a dataset is: found out from its labels, and, where these are not known, from the names of its files or folder.
#pragma once

#include "bnlab/data/dataset_files.hpp"

namespace bnlab {

// The name and the origin of the images that were read from these files of that folder.
void identify(DatasetPair& data, const std::string& folder, const DatasetFiles& files);

// What looks like a slip: parts or names that do not belong together, batches of CIFAR-10 that are missing or there twice.
std::vector<std::string> remarks_on(const DatasetPair& data, const std::string& folder, const DatasetFiles& files);

}  // namespace bnlab
