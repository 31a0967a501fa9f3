// The rows of `bnlab gradcheck`: each layer alone, with shapes and columns that show mistakes, and networks of them.
// Norms and activations come from the tables of nn/kinds.hpp.
#pragma once

#include <string>
#include <vector>

#include "bnlab/lab/gradcheck.hpp"

namespace bnlab {

// One network, which may be a single layer called "layer", at one point. Its parameters and running
// statistics are away from the 0 and 1 that they start at, which would hide mistakes.
struct GradcheckCase {
  std::string name;  // "batchnorm-narrow-eval": the layer, what is special, the mode if it is evaluation
  Network network;
  Tensor x;  // [N, D_in]
  Mode mode;
  std::vector<std::uint8_t> labels;  // N where L is the cross-entropy, each class among them; else none
  std::size_t entries = 200;         // of each tensor that are compared one by one, beside the directions
  // What the error may be: rounding errors add up from layer to layer.
  double bound() const { return name.starts_with("network") ? 1e-7 : 1e-8; }
};

std::vector<GradcheckCase> layer_cases(std::uint64_t seed);
std::vector<GradcheckCase> network_cases(std::uint64_t seed);

// Both modes of one network: `name` and `name`-eval. With classes > 0 L is the cross-entropy of labels drawn from the
// seed, each class as often as any other.
std::vector<GradcheckCase> cases_of(const std::string& name, const Network& network, const Tensor& x,
                                    std::uint64_t seed, std::size_t classes = 0);
// x [rows, features] of the gradient checks, uniform in [-2, 2).
Tensor gradcheck_input(std::size_t rows, std::size_t features, std::uint64_t seed);

}  // namespace bnlab
