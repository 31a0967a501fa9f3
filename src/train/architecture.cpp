#include "bnlab/train/architecture.hpp"

#include <cmath>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {

std::string Architecture::describe() const {
  std::string text = std::to_string(inputs);
  for (const std::size_t width : hidden) text += format("-%zu", width);
  text += format("-%zu %s", classes, activation.c_str());
  if (dropout > 0) text += format(" dropout %g", dropout);
  if (!normalised()) return text;
  text += std::string(" with ") + norm_kind(norm).help;
  const NormOptions standard;
  if (norm_options.eps != standard.eps) text += format(", eps %g", norm_options.eps);
  if (norm_options.momentum != standard.momentum) text += format(", momentum %g", norm_options.momentum);
  return text;
}

std::size_t Architecture::parameter_count() const {
  std::size_t count = 0, in = inputs;
  for (const std::size_t width : hidden) {
    count += (in + 1) * width;
    if (const std::unique_ptr<Layer> layer = norm_kind(norm).make(width, norm_options)) {
      for (const Parameter& p : layer->parameters()) count += p.value->size();
    }
    in = width;
  }
  return count + (in + 1) * classes;
}

Network make_network(const Architecture& a, std::uint64_t seed, ThreadPool* threads) {
  const NormKind& norm = norm_kind(a.norm);
  const ActivationKind& activation = activation_kind(a.activation);
  Network network(threads);
  std::size_t in = a.inputs;
  const auto add_linear = [&](const std::string& name, std::size_t out) {
    network.add(name, Linear(in, out, Random(seed, "init " + name)));
    in = out;
  };
  const auto add_norm = [&](const std::string& number, std::size_t features) {
    std::unique_ptr<Layer> layer = norm.make(features, a.norm_options);
    if (layer != nullptr) network.add(norm.prefix + number, std::move(layer));
  };
  for (std::size_t i = 0; i < a.hidden.size(); ++i) {
    const std::string number = std::to_string(i + 1), dropout = "drop" + number;
    add_linear("fc" + number, a.hidden[i]);
    add_norm(number, a.hidden[i]);
    network.add("act" + number, activation.make());
    if (a.dropout > 0) network.add(dropout, Dropout(a.dropout, Random(seed, "dropout " + dropout)));
  }
  add_linear("fc" + std::to_string(a.hidden.size() + 1), a.classes);
  network.layers().front().layer->skip_input_gradient(true);
  return network;
}

// In evaluation mode the statistics are constants, so BN.6 is a scale a and a shift per feature, and a Linear can do
// both itself. With y = x W + b before it:
//
//   BN.11   a_d = γ_d / sqrt(running_var_d + ε)
//   BN.12   W'_kd = W_kd a_d,   b'_d = (b_d - running_mean_d) a_d + β_d
static void fold(const Linear& from, const BatchNorm& bn, Linear& to) {
  // BEGIN SOLUTION withheld
  for (std::size_t d = 0; d < from.weight.cols(); ++d) {
    const double a = static_cast<double>(bn.gamma(d)) /
                     std::sqrt(static_cast<double>(bn.running_var(d)) + bn.options().eps);  // BN.11
    for (std::size_t k = 0; k < from.weight.rows(); ++k) {                                  // BN.12
      to.weight(k, d) = static_cast<real>(static_cast<double>(from.weight(k, d)) * a);
    }
    const double centred = static_cast<double>(from.bias(d)) - static_cast<double>(bn.running_mean(d));
    to.bias(d) = static_cast<real>(centred * a + static_cast<double>(bn.beta(d)));
  }
  // END SOLUTION
}

Model fold_batch_norm(const Model& model, ThreadPool* threads) {
  ModelInfo info = model.info;
  if (info.architecture.norm != "batch") {
    fail("expected a model with batch normalization to fold, found a %s one", norm_kind(info.architecture.norm).model);
  }
  info.architecture.norm = "none";
  Model plain{info, make_network(info.architecture, 0, threads)};
  const auto &layers = model.network.layers(), &to = plain.network.layers();
  for (std::size_t i = 0, j = 0; i < layers.size(); ++i, ++j) {  // bn1 is in layers, not in to
    const auto* linear = dynamic_cast<const Linear*>(layers[i].layer.get());
    if (linear == nullptr) continue;
    Linear& folded = dynamic_cast<Linear&>(*to[j].layer);
    if (const auto* bn = i + 1 < layers.size() ? dynamic_cast<const BatchNorm*>(layers[i + 1].layer.get()) : nullptr) {
      fold(*linear, *bn, folded);
      ++i;
    } else {
      folded.weight = linear->weight, folded.bias = linear->bias;
    }
  }
  return plain;
}

}  // namespace bnlab
