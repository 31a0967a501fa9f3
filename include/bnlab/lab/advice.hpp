// What to make of wrong gradients: which equation each of them is the result of, and which to set right first.
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
  std::string number, formula, source;  // "BN.9", "dx_nd = …", "src/nn/batchnorm.cpp"
};

// Whose result the gradient is; an empty number in a network, where it is that of several.
Equation equation_of(const std::string& row, const std::string& tensor);

// What is wrong with a gradient, in a few words: "is 6 times what it should be: 6 is N".
std::string wrong_words(const WrongGradient& wrong);

// All of them, lowest layer first, and what to set right first; lines for a screen.
std::string advice(const std::vector<WrongGradient>& all);

}  // namespace bnlab
