// The commands. Each returns the program's exit status, or throws Error. This brings what nearly all of them need.
#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "bnlab/cli/settings.hpp"
#include "bnlab/cli/terminal.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {

using CommandFunction = int(const Settings& settings, const Terminal& terminal);
CommandFunction compare_command, train_command, eval_command, predict_command, fold_command, show_command,
    gradcheck_command;
int run_command(const Settings& settings);  // the one that settings.command names, or the help

// --- What several of them print ----------------------------------------------------------------------------------

std::string grouped(std::size_t number);  // "10,000"
inline std::string without_trailing_spaces(std::string s) { return s.erase(s.find_last_not_of(' ') + 1); }
// What is about to run: the images, the network (in the caller's words), how it is trained.
std::string describe_run(const DatasetPair& data, const Split& split, const std::string& network,
                         const RunSettings& run, std::size_t threads);
std::string percent_with_error(const Evaluation& test);  // "86.42 % ± 0.34"
// "Sneaker   ": the class's number and, where it has one, its name, padded to a column's width.
std::string label_text(const std::string& dataset, std::size_t label);
// Says that and where the loss was lost, and what to try.
std::string divergence(const Run& run);
// Where a model's images are: --data, or the folder in data/ of the set that it was trained on.
std::string data_of(const Settings& settings, const ModelInfo& info);
std::string describe_model(const std::string& path, const ModelInfo& info, const DatasetPair& data);
// Error: the model of that file is for other images.
void expect_fit(const std::string& path, const Architecture& architecture, const DatasetPair& data);
// The line that programs read. A loss has as many digits as tell numbers of type `real` apart: 9 in float, 17 in double.
inline constexpr int kLossDigits = std::numeric_limits<real>::max_digits10;
void print_result(const std::string& dataset, const Run& run);

inline const char* model_name(const Architecture& a) { return a.batch_norm ? "batchnorm" : "plain"; }

}  // namespace bnlab
