// The networks that bnlab compares: multilayer perceptrons (MLPs), with any number of hidden layers and any kind of
// normalization, or none.
//
//   x -> [ Linear fc1 -> norm (bn1 or ln1) -> activation -> Dropout ] -> [ fc2 … ] -> Linear fc_last -> logits
//
// The norm may also stand behind the activation. The hidden Linear layers may have no bias; the last one has.
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
  double dropout = 0;            // in [0, 1)
  std::string place = "before";  // of the norm: before or "after" the activation; of no meaning without a norm
  bool bias = true;              // of the hidden Linear layers

  bool operator==(const Architecture&) const = default;
  bool normalised() const { return norm != "none"; }
  bool normalises_after() const { return normalised() && place == "after"; }
  bool without_bias() const { return !bias && !hidden.empty(); }
  std::string describe() const;         // "784-512-10 relu", "784-512-10 relu with batch normalization"
  std::string describe_norm() const;    // "batch normalization after the activation, eps 0.1"
  std::size_t parameter_count() const;  // learnable parameters
};

std::string norm_places();  // "before|after"

// A layer's initial weights depend on `init`, the seed and the layer's name alone, so networks with and without batch
// normalization start from the same ones. Error: a norm and no hidden layer to normalize; an unknown name or place.
Network make_network(const Architecture& architecture, std::uint64_t seed, ThreadPool* threads,
                     const InitOptions& init = {});

}  // namespace bnlab
