#include "bnlab/cli/settings.hpp"

#include <algorithm>

#include "bnlab/optim/adam.hpp"
#include "bnlab/optim/sgd.hpp"

namespace bnlab {

bool Settings::was_given(std::initializer_list<const char*> any_of_these) const {
  return std::find_first_of(given.begin(), given.end(), any_of_these.begin(), any_of_these.end()) != given.end();
}

double Settings::lr() const { return given_lr.value_or(default_lr(optimizer.name)); }

double Settings::weight_decay() const { return given_weight_decay.value_or(default_weight_decay(optimizer.name)); }

std::vector<std::string> Settings::norms_in_use() const {
  if (command == "compare") return norms;
  return {architecture.norm};
}

RunSettings Settings::run_settings(const Dataset& dataset) const {
  RunSettings run{.architecture = architecture, .optimizer = optimizer, .training = training};
  run.architecture.inputs = dataset.features();
  run.architecture.classes = dataset.classes;
  run.optimizer.lr = lr();
  run.optimizer.weight_decay = weight_decay();
  return run;
}

std::string optimizer_names() { return "adam|adamw|sgd"; }

double default_lr(const std::string& optimizer) { return optimizer == "sgd" ? SgdOptions().lr : AdamOptions().lr; }

double default_weight_decay(const std::string& optimizer) {
  constexpr double kAdamW = 0.01;  // PyTorch's
  return optimizer == "adamw" ? kAdamW : OptimizerSettings().weight_decay;
}

bool is_normalised(const std::string& norm) {
  Architecture architecture;
  architecture.norm = norm;
  return architecture.normalised();
}

bool has_running_statistics(const std::string& norm) {
  const std::unique_ptr<Layer> layer = norm_kind(norm).make(2, {});
  return layer != nullptr && !layer->buffers().empty();
}

}  // namespace bnlab
