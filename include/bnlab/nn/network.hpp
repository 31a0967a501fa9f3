// Network: layers in sequence, each with a name. In PyTorch: torch.nn.Sequential.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bnlab/nn/layer.hpp"

namespace bnlab {

class Network {
 public:
  // The thread pool of all layers; null runs serially. It must live as long as the network and its copies.
  explicit Network(ThreadPool* threads = nullptr) : threads_(threads) {}
  Network(const Network& other);  // a deep copy
  Network& operator=(const Network& other);
  Network(Network&&) = default;
  Network& operator=(Network&&) = default;

  // Appends a layer: network.add("fc1", Linear(784, 512, Random(1, "fc1"))). Returns the layer in the network.
  template <class L>
  L& add(std::string name, L layer) {
    auto owned = std::make_unique<L>(std::move(layer));
    L& result = *owned;
    result.use_threads(threads_);
    layers_.push_back({std::move(name), std::move(owned)});
    return result;
  }

  // The same for a layer whose kind is known only at run time.
  void add(std::string name, std::unique_ptr<Layer> layer);

  // x [N, D_in] -> logits [N, C], through all layers.
  const Tensor& forward(const Tensor& x, Mode mode);
  // Backpropagation: dlogits [N, C] -> dx [N, D_in], through all layers from the last to the first, for the most recent
  // forward pass, which must have been in that mode. Computes the gradient of every parameter.
  const Tensor& backward(const Tensor& dlogits, Mode mode = Mode::train);

  // All learnable tensors, in the order of the layers, prefixed with the layer's name: "fc1.weight". The
  // pointers are valid as long as the network lives and is not assigned to. Moving it keeps them valid.
  std::vector<Parameter> parameters();
  std::vector<Buffer> buffers();

  struct Named {
    std::string name;
    std::unique_ptr<Layer> layer;
  };
  const std::vector<Named>& layers() const { return layers_; }

 private:
  std::vector<Named> layers_;
  ThreadPool* threads_;
};

}  // namespace bnlab
