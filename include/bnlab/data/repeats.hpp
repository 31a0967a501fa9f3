// Images that are there twice: in two batches of CIFAR-10, or in both parts.
#pragma once

#include "bnlab/data/dataset_files.hpp"

namespace bnlab {

// Remarks on batches that hold the same images as an earlier one, or as the test batch.
void remark_on_repeated_batches(DatasetPair& data, const DatasetFiles& files);

// Remarks on test images that are the training images, or the first of them (of CIFAR-10, see above). Whether there was a remark.
bool remark_on_tested_training_images(DatasetPair& data, const DatasetFiles& files);

}  // namespace bnlab
