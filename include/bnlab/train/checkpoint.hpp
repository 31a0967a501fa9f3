// Checkpoints: a training run on disk, so that resuming gives the same result as an uninterrupted run.
//
// A checkpoint is a model file with additional entries. Besides the network's tensors there are
//
//   optimizer.…            the optimizer's state: "optimizer.step", "optimizer.fc1.weight.exp_avg", …
//   training.progress      [3 + 5 E] the steps done; sums of loss and of correct predictions over the images of the
//                          epoch in progress; and for each of E epochs training loss and accuracy, 1 or 0 for whether
//                          there was validation, its loss and accuracy
//   training.random.…      [4] the bits of the generator state of each layer that has a generator
//
// and in the metadata, besides a model's and the caller's, "checkpoint" (the version of this layout), "precision" and
// "checksum", a fingerprint of everything else, so that a changed bit is detected. Nothing depends on the clock or on
// threads: equal runs write equal files.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

// Atomic (write_file). `metadata` must identify the run: its settings and its data.
void save_checkpoint(const std::string& path, Network& network, Optimizer& optimizer, const TrainResult& so_far,
                     const Metadata& metadata);

// Reads the file and compares its checksum. Error: not a checkpoint, of another version or precision, or corrupt.
TensorFile read_checkpoint(const std::string& path);

// Restores network and optimizer, which were made with the same settings. Returns how far training had come.
TrainResult restore_checkpoint(const TensorFile& checkpoint, const std::string& path, Network& network,
                               Optimizer& optimizer);

}  // namespace bnlab
