#include "bnlab/nn/network.hpp"

namespace bnlab {

Network::Network(const Network& other) : threads_(other.threads_) {
  for (const auto& [name, layer] : other.layers_) layers_.push_back({name, layer->clone()});
}

Network& Network::operator=(const Network& other) { return *this = Network(other); }

void Network::add(std::string name, std::unique_ptr<Layer> layer) {
  layer->use_threads(threads_);
  layers_.push_back({std::move(name), std::move(layer)});
}

const Tensor& Network::forward(const Tensor& x, Mode mode) {
  const Tensor* activations = &x;
  for (const auto& [name, layer] : layers_) activations = &layer->forward(*activations, mode);
  return *activations;
}

// The chain rule: each layer's dx is the dy of the layer before it.
const Tensor& Network::backward(const Tensor& dlogits, Mode mode) {
  const Tensor* gradient = &dlogits;
  for (auto i = layers_.rbegin(); i != layers_.rend(); ++i) gradient = &i->layer->backward(*gradient, mode);
  return *gradient;
}

std::vector<Parameter> Network::parameters() {
  std::vector<Parameter> all;
  for (const auto& [name, layer] : layers_) {
    for (const Parameter& p : layer->parameters()) all.push_back({name + "." + p.name, p.value, p.grad});
  }
  return all;
}

std::vector<Buffer> Network::buffers() {
  std::vector<Buffer> all;
  for (const auto& [name, layer] : layers_) {
    for (Buffer b : layer->buffers()) {
      b.name = name + "." + b.name;
      all.push_back(std::move(b));
    }
  }
  return all;
}

}  // namespace bnlab
