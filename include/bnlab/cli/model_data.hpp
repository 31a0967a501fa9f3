// The images for a saved model.
#pragma once

#include "bnlab/cli/settings.hpp"
#include "bnlab/cli/terminal.hpp"
#include "bnlab/train/model.hpp"

namespace bnlab {

// Those of --data or, where that is not given, of the folder in data/ of the set that the model was trained on. Prints
// a line that describes the model of that file. Error: the model is for other images.
DatasetPair load_model_data(const ModelInfo& info, const std::string& path, const Settings& settings,
                            const Terminal& terminal);

// Error: the model of that file is for other images.
void expect_fit(const std::string& path, const Architecture& architecture, const DatasetPair& data);

}  // namespace bnlab
