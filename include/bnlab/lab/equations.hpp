// The equations of the backward passes, and which rows of the gradient check are the result of each.
#pragma once

#include <string>
#include <vector>

namespace bnlab {

// An equation of a backward pass, and where its code is.
struct Equation {
  std::string number;   // "BN.9"; "the backward pass of NAME" where it has none
  std::string formula;  // "dx_nd = …"
  std::string source;   // "src/nn/batchnorm.cpp"
};

// All of them, those of the lowest layer first.
std::vector<Equation> equations();

// The equation that the gradient is the result of; an empty number in a network, where it is that of several.
Equation equation_of(const std::string& row, const std::string& tensor);

}  // namespace bnlab
