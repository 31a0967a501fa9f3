// What a dataset is: found out from its labels, and, where these are not known, from the names of its files or folder.
#pragma once

#include "bnlab/data/dataset_files.hpp"
#include "bnlab/data/known_sets.hpp"

namespace bnlab {

// Sets the name and the origin of the images that were read from these files of that folder. Remarks on what looks like
// a slip: parts or names that do not belong together, batches of CIFAR-10 that are missing or there twice.
void identify(DatasetPair& data, const std::string& folder, const DatasetFiles& files);

// The known set that a folder of that name should hold: fashion-mnist for "FashionMNIST" and "fashion_mnist_10k"; null:
// the name says nothing.
const KnownSet* set_of_folder_name(const std::string& name);

}  // namespace bnlab
