// Loss on the training images and on other images in the course of training.
#pragma once

#include "bnlab/lab/trials/results.hpp"

namespace bnlab {

// Records the curves `training_loss` and `test_loss`, both in evaluation mode, at twenty looks.
std::unique_ptr<Meter> overfitting_meter();

// Compares the test losses of runs with that meter, each pair of runs at the lowest training loss that both reach: a
// network that fits faster also overfits earlier. Claimed is that the treated one's is lower.
Comparison at_equal_training_loss(const Results& r, const Which& control, const Which& treated, const std::string& on);

}  // namespace bnlab
