// The experiments by name. To add one: copy a file of src/lab/experiments, declare its function here, and name it in
// the table of src/lab/trials/experiments.cpp.
#pragma once

#include <span>

#include "bnlab/lab/trials/experiment.hpp"

namespace bnlab {

using MakeExperiment = Experiment (*)(const Size& size);

std::span<const MakeExperiment> experiments();

std::string experiment_names(const char* separator);
// Error, which lists the known names: there is no such experiment.
Experiment find_experiment(const std::string& name, const Size& size);

Experiment convergence(const Size& size);
Experiment learning_rate(const Size& size);
Experiment initialization(const Size& size);
Experiment activation(const Size& size);
Experiment gradient_flow(const Size& size);
Experiment input_scale(const Size& size);
Experiment regularization(const Size& size);
Experiment covariate_shift(const Size& size);
Experiment batch_size(const Size& size);
Experiment smoothness(const Size& size);
Experiment placement(const Size& size);
Experiment remedies(const Size& size);

}  // namespace bnlab
