// What wrong gradients mean: which equation each of them is the result of, and which to fix first.
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

// An equation of a backward pass, and where its code is.
struct Equation {
  std::string number;   // "BN.9"; "the backward pass of NAME" where it has none
  std::string formula;  // "dx_nd = …"
  std::string source;   // "src/nn/batchnorm.cpp"
};

// The equation that the gradient is the result of; an empty number in a network, where it is that of several.
Equation equation_of(const std::string& row, const std::string& tensor);

// What is wrong with a gradient, in a few words: "is 6 times what it should be: 6 is N".
std::string wrong_words(const WrongGradient& wrong);

// All of them, lowest layer first, and which to fix first, as lines of text.
std::string advice(const std::vector<WrongGradient>& all);

}  // namespace bnlab
