// The metadata of a model file: what its tensors do not say, and what they do, so that the two can be compared.
//
//   format                           "bnlab 2"; "bnlab 3" where a key is there that version 2 did not know (marked 3).
//                                    "bnlab 1" is read, too, and so is a file without it
//   inputs, hidden, classes, norm    as the tensors have them: "784", "512,256", "10", "none", "batch" or "layer"
//   activation, dropout              of every hidden layer: "relu", "0.25"
//   bn_eps, bn_momentum              of the norms, where they are not the usual ones
//   place                            3: "after" where the norms stand behind the activations; otherwise before them
//   bias                             3: "off" where the hidden Linear layers have none, as their tensors have it
//   pixel_mean, pixel_deviation      PixelScale: the inputs are (pixel / 255 - mean) / deviation
//   pixel_means, pixel_deviations    3: in the place of pixel_mean or pixel_deviation, one number for each input,
//                                    separated by commas: "0,0.1307,…"
//   dataset, seed                    of the training
//   dataset_…, image, transpose      of the images that it was trained on (trained_on.hpp)
//   bnlab_layers                     of a network that is no such MLP: "fc1 Linear, act1 Tanh, …"
//
// Each key may be missing. One that is there must be in its range and agree with the tensors. Other keys are not ours
// and are ignored.
#pragma once

#include "bnlab/data/safetensors.hpp"
#include "bnlab/train/model.hpp"

namespace bnlab {

inline constexpr const char* kNewModelFormat = "bnlab 3";
inline constexpr const char* kModelFormat = "bnlab 2";
inline constexpr const char* kOldModelFormat = "bnlab 1";

// All keys, but for activation and pixels where they were only assumed.
Metadata metadata_of(const ModelInfo& info);

// Those of the keys that the tensors say, too: inputs, hidden, classes, norm; bias, where it is off.
Metadata metadata_of_shapes(const Architecture& architecture);

// What the layers say: the same keys but for seed, pixels and those of the images; or `bnlab_layers`.
Metadata metadata_of(const Network& network);

// Error, "not saved": the metadata contradicts what the layers say.
void expect_agreement(const Metadata& metadata, const Network& network, const std::string& path);

}  // namespace bnlab
