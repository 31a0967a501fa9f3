// The optimizers by their names on the command line. Each kind is an entry of a table (src/optim/settings.cpp), from
// which the choices and their defaults derive.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "bnlab/nn/network.hpp"
#include "bnlab/optim/adam.hpp"

namespace bnlab {

// An optimizer and its hyperparameters; each optimizer uses those that apply.
struct OptimizerSettings {
  std::string name = "adam";  // a name of optimizer_kinds()
  double lr = AdamOptions{}.lr;
  double momentum = 0;    // sgd
  bool nesterov = false;  // sgd
  double weight_decay = 0;
  double adam_eps = AdamOptions{}.eps;

  std::string describe() const;  // "adam lr 0.001"
};

struct OptimizerKind {
  const char* name;     // "adamw": --optimizer adamw
  double lr;            // the default of --lr
  double weight_decay;  // the default of --weight-decay
  const char* help;
  const char* options = "";  // that not every optimizer has, separated by spaces: "--momentum --nesterov"
  std::unique_ptr<Optimizer> (*make)(const OptimizerSettings& settings, Network& network, ThreadPool* threads);

  bool has(const std::string& option) const;
};

std::span<const OptimizerKind> optimizer_kinds();

// The kind of that name. Error, which lists the known names: there is no such kind.
const OptimizerKind& optimizer_kind(const std::string& name);

// Their names, "adam|adamw|sgd".
std::string optimizer_names();

// The network's parameters must outlive the optimizer. `threads` may be null.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings, Network& network, ThreadPool* threads);

}  // namespace bnlab
