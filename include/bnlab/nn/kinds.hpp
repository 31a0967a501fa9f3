// The normalization layers (norms) and the activations, by their names on the command line. Each kind is an entry of a
// table (src/nn/kinds.cpp), from which everything else follows: the choices of the command line, the names in model
// files, parameter counts, the rows of the gradient check.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bnlab/nn/layer.hpp"

namespace bnlab {

// What --bn-momentum and --bn-eps set, and affine, which is for experiments alone: networks without γ and β cannot be
// saved as models. A norm ignores the options that it does not have.
struct NormOptions {
  double eps = 1e-5;
  double momentum = 0.1;  // of the running statistics
  bool affine = true;     // false: no learnable scale and shift, γ = 1 and β = 0

  bool operator==(const NormOptions&) const = default;
};

struct NormKind {
  const char* name;    // "batch": --norm batch
  const char* prefix;  // "bn": its tensors in model files are bn1.weight, …
  const char* model;   // "batchnorm": such a network in result lines and file names
  const char* help;    // "batch normalization"
  // The layer for that many features; null: no layer.
  std::unique_ptr<Layer> (*make)(std::size_t features, const NormOptions& options);
  // The options with which `make` made that layer; nothing: it made none like it.
  std::optional<NormOptions> (*options_of)(const Layer& layer);
};

struct ActivationKind {
  const char* name;  // "relu": --activation relu
  const char* help;
  // How much larger initial weights must be for its sake (train/initialization.hpp): PyTorch's calculate_gain, and for
  // GELU, which that does not know, ReLU's.
  double gain;
  std::unique_ptr<Layer> (*make)();
};

std::span<const NormKind> norm_kinds();  // "none" first
std::span<const ActivationKind> activation_kinds();

// The kind of that name. Error, which lists the known names: there is no such kind.
const NormKind& norm_kind(const std::string& name);
const ActivationKind& activation_kind(const std::string& name);

// Their names, "relu|sigmoid|tanh".
std::string norm_names();
std::string activation_names();

}  // namespace bnlab
