#include "bnlab/optim/settings.hpp"

#include "bnlab/optim/sgd.hpp"

namespace bnlab {
namespace {

AdamOptions adam_options(const OptimizerSettings& s) {
  AdamOptions options;
  options.lr = s.lr;
  options.eps = s.adam_eps;
  options.weight_decay = s.weight_decay;
  return options;
}

std::unique_ptr<Optimizer> make_adam(const OptimizerSettings& s, Network& network, ThreadPool* threads) {
  return std::make_unique<Adam>(network.parameters(), adam_options(s), threads);
}

std::unique_ptr<Optimizer> make_adamw(const OptimizerSettings& s, Network& network, ThreadPool* threads) {
  AdamOptions options = adam_options(s);
  options.decoupled = true;
  return std::make_unique<Adam>(network.parameters(), options, threads);
}

std::unique_ptr<Optimizer> make_sgd(const OptimizerSettings& s, Network& network, ThreadPool* threads) {
  const SgdOptions options = {
      .lr = s.lr, .momentum = s.momentum, .nesterov = s.nesterov, .weight_decay = s.weight_decay};
  return std::make_unique<Sgd>(network.parameters(), options, threads);
}

constexpr OptimizerKind kOptimizers[] = {
    {.name = "adam",
     .lr = AdamOptions{}.lr,
     .weight_decay = AdamOptions{}.weight_decay,
     .help = "adaptive moment estimation; weight decay as L2 regularization",
     .options = "--adam-eps",
     .make = make_adam},
    {.name = "adamw",
     .lr = AdamOptions{}.lr,
     .weight_decay = 0.01,
     .help = "Adam with decoupled weight decay",
     .options = "--adam-eps",
     .make = make_adamw},
    {.name = "sgd",
     .lr = SgdOptions{}.lr,
     .weight_decay = SgdOptions{}.weight_decay,
     .help = "stochastic gradient descent, optionally with momentum",
     .options = "--momentum --nesterov",
     .make = make_sgd},
};

std::string names(const char* separator) {
  std::string all;
  for (const OptimizerKind& kind : kOptimizers) {
    if (!all.empty()) all += separator;
    all += kind.name;
  }
  return all;
}

}  // namespace

std::string OptimizerSettings::describe() const {
  std::string text = format("%s lr %g", name.c_str(), lr);
  if (momentum > 0) text += format(nesterov ? " Nesterov momentum %g" : " momentum %g", momentum);
  if (weight_decay > 0) text += format(" weight decay %g", weight_decay);
  if (adam_eps != AdamOptions{}.eps) text += format(" eps %g", adam_eps);
  return text;
}

bool OptimizerKind::has(const std::string& option) const {
  return (" " + std::string(options) + " ").find(" " + option + " ") != std::string::npos;
}

std::span<const OptimizerKind> optimizer_kinds() { return kOptimizers; }

const OptimizerKind& optimizer_kind(const std::string& name) {
  for (const OptimizerKind& kind : kOptimizers) {
    if (name == kind.name) return kind;
  }
  fail("expected the optimizer to be %s, got '%s'", names(", ").c_str(), shown(name).c_str());
}

std::string optimizer_names() { return names("|"); }

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings, Network& network, ThreadPool* threads) {
  return optimizer_kind(settings.name).make(settings, network, threads);
}

}  // namespace bnlab
