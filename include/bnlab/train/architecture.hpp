// The networks that bnlab compares: multilayer perceptrons (MLPs), with any number of hidden layers and any kind of
// normalization, or none.
//
//   x -> [ Linear fc1 -> norm (bn1 or ln1) -> activation -> Dropout ] -> [ fc2 … ] -> Linear fc_last -> logits
#pragma once

#include "bnlab/nn/kinds.hpp"
#include "bnlab/nn/network.hpp"
#include "bnlab/train/initialization.hpp"

namespace bnlab {

struct Architecture {
  std::size_t inputs = 784;
  std::vector<std::size_t> hidden = {512};  // the width of each hidden layer; may be empty
  std::size_t classes = 10;
  std::string activation = "relu";  // a name of activation_kinds()
  std::string norm = "none";        // a name of norm_kinds()
  NormOptions norm_options = {};
  double dropout = 0;  // in [0, 1)

  bool operator==(const Architecture&) const = default;
  bool normalised() const { return norm != "none"; }
  std::string describe() const;         // "784-512-10 relu", "784-512-10 relu with batch normalization"
  std::size_t parameter_count() const;  // learnable parameters
};

// A layer's initial weights depend on `init`, the seed and the layer's name alone, so networks with and without batch
// normalization start from the same ones. Error: a norm and no hidden layer to normalize; an unknown name.
Network make_network(const Architecture& architecture, std::uint64_t seed, ThreadPool* threads,
                     const InitOptions& init = {});

}  // namespace bnlab
