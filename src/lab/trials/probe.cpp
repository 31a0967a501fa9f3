#include "bnlab/lab/trials/probe.hpp"

#include <algorithm>

#include "bnlab/nn/loss.hpp"

namespace bnlab {

Batch probe_batch(const Workbench& bench, std::size_t most) {
  Batch batch;
  batch.load(bench.images.train, 0, std::min(most, bench.images.train.indices.size()), nullptr);
  return batch;
}

std::vector<Tensor> activation_inputs(Network network, const Batch& images) {
  std::vector<Tensor> inputs;
  const Tensor* x = &images.images;
  for (const auto& [name, layer] : network.layers()) {
    if (name.starts_with("act")) inputs.push_back(*x);
    x = &layer->forward(*x, Mode::train);
  }
  return inputs;
}

Gradient gradient_of(Network& network, const Batch& images) {
  SoftmaxCrossEntropy criterion;
  Gradient gradient;
  gradient.loss = criterion.forward(network.forward(images.images, Mode::train), images.labels);
  network.backward(criterion.backward());
  for (const Parameter& p : network.parameters()) {
    gradient.entries.insert(gradient.entries.end(), p.grad->stored().begin(), p.grad->stored().end());
  }
  return gradient;
}

void descend(Network& network, const Gradient& gradient, double step) {
  std::size_t next = 0;
  for (const Parameter& p : network.parameters()) {
    for (real& entry : p.value->stored()) {
      entry -= static_cast<real>(step * gradient.entries[next]);
      ++next;
    }
  }
}

}  // namespace bnlab
