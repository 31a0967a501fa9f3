#include "bnlab/nn/kinds.hpp"

#include <numbers>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/gelu.hpp"
// BEGIN SOLUTION withheld
#include "bnlab/nn/layernorm.hpp"
#include "bnlab/nn/leaky_relu.hpp"
// END SOLUTION
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/sigmoid.hpp"
#include "bnlab/nn/tanh.hpp"

namespace bnlab {
namespace {

std::unique_ptr<Layer> no_norm(std::size_t, const NormOptions&) { return nullptr; }
std::optional<NormOptions> no_options(const Layer&) { return {}; }

std::unique_ptr<Layer> batch_norm(std::size_t features, const NormOptions& options) {
  return std::make_unique<BatchNorm>(
      features, BatchNormOptions{.eps = options.eps, .momentum = options.momentum, .affine = options.affine});
}

std::optional<NormOptions> batch_norm_options(const Layer& layer) {
  const auto* norm = dynamic_cast<const BatchNorm*>(&layer);
  if (norm == nullptr || !norm->options().affine || !norm->options().momentum) return {};
  return NormOptions{.eps = norm->options().eps, .momentum = *norm->options().momentum};
}

// A normalization layer whose only option is eps.
template <class Norm>
std::unique_ptr<Layer> norm_with_eps(std::size_t features, const NormOptions& options) {
  return std::make_unique<Norm>(features, options.eps);
}

template <class Norm>
std::optional<NormOptions> eps_of_norm(const Layer& layer) {
  const auto* norm = dynamic_cast<const Norm*>(&layer);
  if (norm == nullptr) return {};
  return NormOptions{.eps = norm->eps()};
}

template <class Kind>
std::unique_ptr<Layer> make() {
  return std::make_unique<Kind>();
}

constexpr NormKind kNorms[] = {
    {.name = "none",
     .prefix = "",
     .model = "plain",
     .help = "no normalization",
     .make = no_norm,
     .options_of = no_options},
    {.name = "batch",
     .prefix = "bn",
     .model = "batchnorm",
     .help = "batch normalization",
     .make = batch_norm,
     .options_of = batch_norm_options},
    // BEGIN SOLUTION withheld
    {.name = "layer",
     .prefix = "ln",
     .model = "layernorm",
     .help = "layer normalization",
     .make = norm_with_eps<LayerNorm>,
     .options_of = eps_of_norm<LayerNorm>},
    // END SOLUTION
};

constexpr ActivationKind kActivations[] = {
    {.name = "relu", .help = "max(x, 0)", .gain = std::numbers::sqrt2, .make = make<ReLU>},
    // BEGIN SOLUTION withheld
    {.name = "leaky-relu",
     .help = "x, or 0.01 x where x is negative",
     .gain = 1.4141428569978354,  // sqrt(2 / (1 + 0.01²))
     .make = make<LeakyReLU>},
    // END SOLUTION
    {.name = "gelu",
     .help = "x Phi(x), with Phi the standard normal CDF",
     .gain = std::numbers::sqrt2,
     .make = make<GELU>},
    {.name = "sigmoid", .help = "1 / (1 + exp(-x))", .gain = 1, .make = make<Sigmoid>},
    {.name = "tanh", .help = "hyperbolic tangent", .gain = 5.0 / 3, .make = make<Tanh>},
};

template <class Kind>
std::string names_of(std::span<const Kind> kinds, const char* separator) {
  std::string names;
  for (const Kind& kind : kinds) names += (names.empty() ? "" : separator) + std::string(kind.name);
  return names;
}

template <class Kind>
const Kind& kind_of(std::span<const Kind> kinds, const char* family, const std::string& name) {
  for (const Kind& kind : kinds) {
    if (name == kind.name) return kind;
  }
  fail("expected the %s to be %s, got '%s'", family, names_of(kinds, ", ").c_str(), shown(name).c_str());
}

}  // namespace

std::span<const NormKind> norm_kinds() { return kNorms; }
std::span<const ActivationKind> activation_kinds() { return kActivations; }

const NormKind& norm_kind(const std::string& name) { return kind_of(norm_kinds(), "norm", name); }
const ActivationKind& activation_kind(const std::string& name) {
  return kind_of(activation_kinds(), "activation", name);
}

std::string norm_names() { return names_of(norm_kinds(), "|"); }
std::string activation_names() { return names_of(activation_kinds(), "|"); }

}  // namespace bnlab
