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
  std::size_t i = 1;
  const auto add_linear = [&](std::size_t out) {
    const std::string name = "fc" + std::to_string(i);
    network.add(name, Linear(in, out, Random(seed, "init " + name)));
    in = out;
  };
  for (const std::size_t width : a.hidden) {
    const std::string number = std::to_string(i);
    add_linear(width);
    if (a.batch_norm) network.add("bn" + number, BatchNorm(width));
    const std::string activation = "act" + number;
    if (a.activation == "relu") {
      network.add(activation, ReLU());
    } else if (a.activation == "sigmoid") {
      network.add(activation, Sigmoid());
    } else if (a.activation == "tanh") {
      network.add(activation, Tanh());
    } else {
      fail("expected the activation relu, sigmoid or tanh, got '%s'", a.activation.c_str());
    }
    const std::string dropout = "drop" + number;
    if (a.dropout > 0) network.add(dropout, Dropout(a.dropout, Random(seed, "dropout " + dropout)));
    ++i;
  }
  add_linear(a.classes);
  network.layers().front().layer->skip_input_gradient(true);
  return network;
}

}  // namespace bnlab
