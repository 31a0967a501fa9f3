#include "bnlab/train/architecture.hpp"

#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {

// "100-50-": the widths of the hidden layers; of a network too deep to print it only the first.
static std::string hidden_text(const std::vector<std::size_t>& hidden) {
  constexpr std::size_t kMost = 12;
  std::string text;
  for (std::size_t i = 0; i < hidden.size() && i < kMost; ++i) text += format("%zu-", hidden[i]);
  return hidden.size() <= kMost ? text : text + format("…(%zu hidden layers)…-", hidden.size());
}

std::string Architecture::describe() const {
  std::string text = format("%zu-%s%zu %s", inputs, hidden_text(hidden).c_str(), classes, activation.c_str());
  if (without_bias()) text += " no-bias";
  if (dropout > 0) text += format(" dropout %g", dropout);
  return normalised() ? text + " with " + describe_norm() : text;
}

std::string Architecture::describe_norm() const {
  std::string text = norm_kind(norm).help;
  if (!normalised()) return text;
  if (normalises_after()) text += " after the activation";
  const NormOptions defaults;
  if (norm_options.eps != defaults.eps) text += format(", eps %g", norm_options.eps);
  if (norm_options.momentum != defaults.momentum) text += format(", momentum %g", norm_options.momentum);
  if (!norm_options.affine) text += " without scale and shift";
  return text;
}

std::string norm_places() { return "before|after"; }

std::size_t Architecture::parameter_count() const {
  std::size_t count = 0;
  std::size_t in = inputs;
  for (const std::size_t width : hidden) {
    count += (bias ? in + 1 : in) * width;
    if (const std::unique_ptr<Layer> layer = norm_kind(norm).make(width, norm_options)) {
      for (const Parameter& p : layer->parameters()) count += p.value->size();
    }
    in = width;
  }
  return count + (in + 1) * classes;
}

Network make_network(const Architecture& a, std::uint64_t seed, ThreadPool* threads, const InitOptions& init) {
  const NormKind& norm = norm_kind(a.norm);
  const ActivationKind& activation = activation_kind(a.activation);
  if (a.hidden.empty() && a.normalised()) fail("expected a hidden layer to normalize, found none");
  if (a.place != "before" && a.place != "after") {
    fail("expected the norm's place to be before or after the activation, got '%s'", shown(a.place).c_str());
  }
  Network network(threads);
  std::size_t in = a.inputs;
  // With the gain of the activation behind it.
  const auto add_linear = [&](const std::string& name, std::size_t out, double gain, bool has_bias) -> Linear& {
    const Random random(seed, "init " + name);
    Linear& linear = network.add(name, Linear(in, out, random, has_bias));
    initialize(linear, init.method, gain, random);
    in = out;
    return linear;
  };
  const auto add_norm = [&](const std::string& number, std::size_t features) {
    std::unique_ptr<Layer> layer = norm.make(features, a.norm_options);
    if (layer != nullptr) network.add(norm.prefix + number, std::move(layer));
  };
  const auto add_dropout = [&](const std::string& name) {
    if (a.dropout > 0) network.add(name, Dropout(a.dropout, Random(seed, "dropout " + name)));
  };
  for (std::size_t i = 0; i < a.hidden.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    Linear& linear = add_linear("fc" + number, a.hidden[i], activation.gain, a.bias);
    if (init.scale != 1) scale_weight(linear, init.scale);
    if (!a.normalises_after()) add_norm(number, a.hidden[i]);
    network.add("act" + number, activation.make());
    if (a.normalises_after()) add_norm(number, a.hidden[i]);
    add_dropout("drop" + number);
  }
  add_linear("fc" + std::to_string(a.hidden.size() + 1), a.classes, 1, true);
  network.layers().front().layer->skip_input_gradient(true);
  return network;
}

}  // namespace bnlab
