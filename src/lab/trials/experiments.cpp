#include "bnlab/lab/trials/experiments.hpp"

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// In the order in which to read them, one a line.
// clang-format off
constexpr MakeExperiment kExperiments[] = {
    convergence,
    learning_rate,
    initialization,
    activation,
    gradient_flow,
    input_scale,
    regularization,
    covariate_shift,
    batch_size,
    smoothness,
    placement,
    // BEGIN SOLUTION withheld
    remedies,
    // END SOLUTION
};
// clang-format on

}  // namespace

std::span<const MakeExperiment> experiments() { return kExperiments; }

std::string experiment_names(const char* separator) {
  std::string names;
  for (const MakeExperiment make : kExperiments) names += (names.empty() ? "" : separator) + make({}).name;
  return names;
}

Experiment find_experiment(const std::string& name, const Size& size) {
  for (const MakeExperiment make : kExperiments) {
    Experiment experiment = make(size);
    if (experiment.name == name) return experiment;
  }
  fail("expected the name of an experiment, %s, got '%s'", experiment_names(", ").c_str(), shown(name).c_str());
}

}  // namespace bnlab
