// Models and checkpoints on disk. A model is exactly PyTorch's state_dict of the network written as fc1, bn1, fc2, …, as
// a safetensors file.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/architecture.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

Metadata metadata_of(const ModelInfo& info);

// Parameters and buffers under their names, Linear's weights transposed to PyTorch's [out, in], numbers as `real`.
void save_model(const std::string& path, Network& network, const Metadata& metadata = {});

// Builds the network that the file describes and fills it. A file without metadata (from PyTorch) is understood from
// its names and shapes; its activation, which leaves no trace there, is `activation`. F32 and F64 are converted to
// `real`. Error: one line that says what the file lacks.
Model load_model(const std::string& path, const std::string& activation, ThreadPool* threads);

// Fills a network of one's own; every parameter and buffer must be there in its shape, and nothing else (but for
// a checkpoint's "optimizer.…" and "training.…"; num_batches_tracked may be missing, as in PyTorch).
void load_weights(const std::string& path, Network& network);

// Parameters and buffers: all that a network in use consists of.
std::vector<Buffer> state_dict(Network& network);

// Fills tensors and counters from the file's entries of these names, each after `prefix`. Error: an entry is missing or of
// another shape.
void restore(const TensorFile& file, const std::string& path, const std::string& prefix,
             const std::vector<Buffer>& state);

// --- Checkpoints -------------------------------------------------------------------------------------------------
//
// A training run on disk, so that it can go on later as if it had never stopped: a model file with more in it. Beside
// the network's tensors there are
//
//   optimizer.…            what the optimizer remembers: "optimizer.step", "optimizer.fc1.weight.exp_avg", …
//   training.progress      [3 + 5 E] the steps done; sums of loss and of right answers over the images of the epoch under
//                          way; and for each of E epochs training loss and accuracy, 1 or 0 for whether there was
//                          validation, its loss and accuracy
//   training.random.…      [4] the bits of the random numbers' state of each layer that draws some
//
// and in the metadata, besides a model's and the caller's, "checkpoint" (the version of this layout), "precision" and
// "checksum", a fingerprint of everything else, so that a changed bit is found out. Nothing depends on
// the clock or on threads: equal runs write equal files.

// Whole or not at all (write_file). `metadata` must name the run: its settings and its data.
void save_checkpoint(const std::string& path, Network& network, Optimizer& optimizer, const TrainResult& so_far,
                     const Metadata& metadata);

// Reads the file and compares its checksum. Error: it is no checkpoint, of another version or precision, or damaged.
TensorFile read_checkpoint(const std::string& path);

// Puts network and optimizer, made with the same settings, back to where they were, and tells how far that was.
TrainResult restore_checkpoint(const TensorFile& checkpoint, const std::string& path, Network& network,
                               Optimizer& optimizer);

}  // namespace bnlab
