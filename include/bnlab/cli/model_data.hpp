// A saved model, and the images for it.
#pragma once

#include "bnlab/cli/settings.hpp"
#include "bnlab/cli/terminal.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {

// The model of that file. What it does not say is assumed, and printed as that. Error: as load_model; --activation
// contradicts the file.
Model load_named_model(const std::string& path, const Settings& settings, ThreadPool* threads,
                       const Terminal& terminal);

// Images for it: those of --data or, where that is not given, of the folder in data/ of the set that the model was
// trained on. Prints a line that describes the model of that file. They are scaled as the model says. Error: the model
// is for other images.
DatasetPair load_model_data(const ModelInfo& info, const std::string& path, const Settings& settings,
                            const Terminal& terminal);

// The images of that folder for the model of that file: with as many classes as it has, turned as it has seen its own
// (unless --transpose says how). Error: the model is for other images.
DatasetPair load_data_for(const ModelInfo& info, const std::string& path, const std::string& folder,
                          const DatasetOptions& options);

}  // namespace bnlab
