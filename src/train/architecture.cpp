#include "bnlab/train/architecture.hpp"

#include "bnlab/nn/activation.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {

std::string Architecture::describe() const {
  std::string text = std::to_string(inputs);
  for (const std::size_t width : hidden) text += format("-%zu", width);
  text += format("-%zu %s", classes, activation.c_str());
  if (dropout > 0) text += format(" dropout %g", dropout);
  return batch_norm ? text + " with batch normalization" : text;
}

std::size_t Architecture::parameter_count() const {
  std::size_t count = 0, in = inputs;
  for (const std::size_t width : hidden) {
    count += (in + 1) * width + (batch_norm ? 2 * width : 0);
    in = width;
  }
  return count + (in + 1) * classes;
}

Network make_network(const Architecture& a, std::uint64_t seed, ThreadPool* threads) {
  Network network(threads);
  std::size_t in = a.inputs;
  const auto add_linear = [&](const std::string& name, std::size_t out) {
    network.add(name, Linear(in, out, Random(seed, "init " + name)));
    in = out;
  };
  for (std::size_t i = 0; i < a.hidden.size(); ++i) {
    const std::string number = std::to_string(i + 1), activation = "act" + number, dropout = "drop" + number;
    add_linear("fc" + number, a.hidden[i]);
    if (a.batch_norm) network.add("bn" + number, BatchNorm(a.hidden[i]));
    if (a.activation == "relu") {
      network.add(activation, ReLU());
    } else if (a.activation == "sigmoid") {
      network.add(activation, Sigmoid());
    } else if (a.activation == "tanh") {
      network.add(activation, Tanh());
    } else {
      fail("expected the activation relu, sigmoid or tanh, got '%s'", a.activation.c_str());
    }
    if (a.dropout > 0) network.add(dropout, Dropout(a.dropout, Random(seed, "dropout " + dropout)));
  }
  add_linear("fc" + std::to_string(a.hidden.size() + 1), a.classes);
  network.layers().front().layer->skip_input_gradient(true);
  return network;
}

}  // namespace bnlab
