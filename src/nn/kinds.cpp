#include "bnlab/nn/kinds.hpp"

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

std::unique_ptr<Layer> batch_norm(std::size_t features, const NormOptions& options) {
  return std::make_unique<BatchNorm>(features, BatchNormOptions{.eps = options.eps, .momentum = options.momentum});
}

// A normalization layer whose only option is eps.
template <class Norm>
std::unique_ptr<Layer> norm_with_eps(std::size_t features, const NormOptions& options) {
  return std::make_unique<Norm>(features, options.eps);
}

template <class Kind>
std::unique_ptr<Layer> make() {
  return std::make_unique<Kind>();
}

constexpr NormKind kNorms[] = {
    {.name = "none", .prefix = "", .model = "plain", .help = "no normalization", .make = no_norm},
    {.name = "batch", .prefix = "bn", .model = "batchnorm", .help = "batch normalization", .make = batch_norm},
    // BEGIN SOLUTION withheld
    {.name = "layer",
     .prefix = "ln",
     .model = "layernorm",
     .help = "layer normalization",
     .make = norm_with_eps<LayerNorm>},
    // END SOLUTION
};

constexpr ActivationKind kActivations[] = {
    {.name = "relu", .help = "max(x, 0)", .make = make<ReLU>},
    // BEGIN SOLUTION withheld
    {.name = "leaky-relu", .help = "x, or 0.01 x where x is negative", .make = make<LeakyReLU>},
    // END SOLUTION
    {.name = "gelu", .help = "x Phi(x), with Phi the standard normal CDF", .make = make<GELU>},
    {.name = "sigmoid", .help = "1 / (1 + exp(-x))", .make = make<Sigmoid>},
    {.name = "tanh", .help = "hyperbolic tangent", .make = make<Tanh>},
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
