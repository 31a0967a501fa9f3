// What wrong gradients mean: what is wrong with each of them, and which to fix first.
#pragma once

#include <string>
#include <vector>

#include "bnlab/lab/gradcheck.hpp"

namespace bnlab {

// A row of the gradient check that is not right.
struct WrongGradient {
  std::string row;         // "batchnorm-large-eval": the layer, or network-…
  GradientCheck check;     // of which tensor: "layer.weight", "input"
  std::size_t examples;    // N
  std::string paths = "";  // what three_paths.hpp says of it, where that applies
};

// What is wrong with a gradient, in a few words: "is 6 times what it should be: 6 is N".
std::string wrong_words(const WrongGradient& wrong);

// All of them, lowest layer first, and which to fix first, as lines of text.
std::string advice(const std::vector<WrongGradient>& all);

}  // namespace bnlab
