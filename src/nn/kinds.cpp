#include "bnlab/nn/kinds.hpp"

#include "bnlab/nn/activation.hpp"
#include "bnlab/nn/batchnorm.hpp"

namespace bnlab {
namespace {

std::unique_ptr<Layer> no_norm(std::size_t, const NormOptions&) { return nullptr; }

std::unique_ptr<Layer> batch_norm(std::size_t features, const NormOptions& options) {
  return std::make_unique<BatchNorm>(features, BatchNormOptions{.eps = options.eps, .momentum = options.momentum});
}

template <class Activation>
std::unique_ptr<Layer> make() {
  return std::make_unique<Activation>();
}

constexpr NormKind kNorms[] = {
    {"none", "", "plain", "no normalization", no_norm},
    {"batch", "bn", "batchnorm", "batch normalization", batch_norm},
};

constexpr ActivationKind kActivations[] = {
    {"relu", "max(x, 0)", make<ReLU>},
    {"sigmoid", "1 / (1 + exp(-x))", make<Sigmoid>},
    {"tanh", "hyperbolic tangent", make<Tanh>},
};

template <class Kind>
std::string names_of(std::span<const Kind> kinds, const char* between) {
  std::string names;
  for (const Kind& kind : kinds) names += (names.empty() ? "" : between) + std::string(kind.name);
  return names;
}

template <class Kind>
const Kind& kind_of(std::span<const Kind> kinds, const char* family, const std::string& name) {
  for (const Kind& kind : kinds) {
    if (name == kind.name) return kind;
  }
  fail("expected the %s to be %s, got '%s'", family, names_of(kinds, ", ").c_str(), name.c_str());
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
