// How far training has come, as the tensor "training.progress" of a checkpoint.
//
//   [3 + 5 E]   the steps done; sums of loss and of correct predictions over the images of the epoch in progress; and
//               for each of E epochs training loss and accuracy, 1 or 0 for whether there was validation, its loss and
//               accuracy
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

void store_progress(TensorFile& file, const TrainResult& progress);

// Error: the tensor is missing, or a number in it is none that training can have led to.
TrainResult read_progress(const TensorFile& file, const std::string& path);

}  // namespace bnlab
