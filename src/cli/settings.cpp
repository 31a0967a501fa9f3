#include "bnlab/cli/settings.hpp"

#include <algorithm>

#include "bnlab/optim/settings.hpp"

namespace bnlab {

bool Settings::was_given(std::initializer_list<const char*> any_of_these) const {
  return std::find_first_of(given.begin(), given.end(), any_of_these.begin(), any_of_these.end()) != given.end();
}

double Settings::lr() const { return given_lr.value_or(optimizer_kind(optimizer.name).lr); }

double Settings::weight_decay() const {
  return given_weight_decay.value_or(optimizer_kind(optimizer.name).weight_decay);
}

std::vector<std::string> Settings::norms_in_use() const {
  if (command == "compare") return norms;
  return {architecture.norm};
}

RunSettings Settings::run_settings(const Dataset& images) const {
  RunSettings run{.architecture = architecture, .optimizer = optimizer, .training = training, .init = initial_weights};
  run.architecture.inputs = images.features();
  run.architecture.classes = images.classes;
  run.optimizer.lr = lr();
  run.optimizer.weight_decay = weight_decay();
  return run;
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
