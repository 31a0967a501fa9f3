// How many classes a dataset has, and which labels it lacks.
#pragma once

#include "bnlab/data/dataset_files.hpp"

namespace bnlab {

// Sets the number of classes of both parts: as asked for, as the known set has it, or counted. Remarks on labels that no
// training image has. Error: a label is too large, or all images have one label and nobody said that this is right.
void set_classes(DatasetPair& data, const DatasetFiles& files, const DatasetOptions& options);

}  // namespace bnlab
