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

// The images of that folder for the model of that file: with as many classes as it has, turned as it has seen its own
// (unless --transpose says how). Error: the model is for other images.
DatasetPair load_data_for(const ModelInfo& info, const std::string& path, const std::string& folder,
                          const DatasetOptions& options);

}  // namespace bnlab
