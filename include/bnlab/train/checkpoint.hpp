// Checkpoints: a training run on disk, so that resuming gives the same result as an uninterrupted run.
//
// A checkpoint is a model file with additional entries. Besides the network's tensors there are
//
//   optimizer.…            the optimizer's state: "optimizer.step", "optimizer.fc1.weight.exp_avg", …
//   training.progress      how far training has come (progress_file.hpp)
//   training.random.…      [4] the bits of the generator state of each layer that has a generator
//
// and in the metadata, besides a model's and the caller's, "checkpoint" (the version of this layout), "precision" and
// "checksum", a fingerprint of everything else, so that a changed bit is detected. Nothing depends on the clock or on
// threads: equal runs write equal files.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

// Atomic (write_file). `metadata` must identify the run: its settings and its data. Error: a number of the state is not
// finite, as after divergence; the metadata contradicts the network's layers.
void save_checkpoint(const std::string& path, Network& network, Optimizer& optimizer, const TrainResult& so_far,
                     const Metadata& metadata);

// Reads the file and compares its checksum. Error: not a checkpoint, of another version or precision, or corrupt.
TensorFile read_checkpoint(const std::string& path);

// Error: the checkpoint's step, epochs, sums and the optimizer's steps disagree with each other or with `plan`, the
// batches of an epoch.
void expect_possible_progress(const TensorFile& checkpoint, const std::string& path, const BatchPlan& plan);

// Restores network and optimizer, which were made with the same settings. Returns how far training had come. Error: the
// checkpoint lacks a tensor, has one too many, or one with numbers that no training leads to; nothing has been changed.
TrainResult restore_checkpoint(const TensorFile& checkpoint, const std::string& path, Network& network,
                               Optimizer& optimizer);

}  // namespace bnlab
