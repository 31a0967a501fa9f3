// The commands, and what nearly all of them need.
#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>

#include "bnlab/cli/settings.hpp"
#include "bnlab/lab/drawing.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {

// What standard output is: a terminal that shows colours and bars that move, or a file or pipe that gets plain lines.
struct Terminal {
  bool quiet = false;  // only result lines
  bool moving = false;
  bool colour = false;  // moving, and the environment has no NO_COLOR

  static Terminal detect(bool quiet);
  // printf to standard output, unless quiet.
  [[gnu::format(printf, 2, 3)]] void say(const char* pattern, ...) const;
  std::size_t columns() const;  // its width; 80 where there is no telling
  // For images: what --colours asks for, or ("auto") what the environment says of the terminal.
  Colours colours(const std::string& choice) const;
  // Takes away the bar of show_progress; empty where there is none.
  const char* clear_line() const { return moving ? "\r\x1b[K" : ""; }
};

// Follows a training run: a bar with the time left in the epoch on a terminal, a line per epoch everywhere. Stops it when
// interrupted.
TrainObserver show_progress(const Terminal& terminal, const std::string& name, std::size_t epochs);

// From here on the first SIGINT, SIGTERM or SIGHUP is only noted, so that a run can finish its step and save; the next
// one ends the program at once.
void listen_for_interrupts();
int interrupted();  // the signal that came; 0: none

// Each returns the program's exit status, or throws Error.
using CommandFunction = int(const Settings& settings, const Terminal& terminal);
CommandFunction compare_command, train_command, eval_command, predict_command, fold_command, show_command,
    gradcheck_command, bench_command;
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
// The images for the model of the file settings.files[0], which is described on the way: those of --data, or of the
// folder in data/ of the set that it was trained on.
DatasetPair load_data_for(const ModelInfo& info, const Settings& settings, const Terminal& terminal);
// Error: the model of that file is for other images.
void expect_fit(const std::string& path, const Architecture& architecture, const DatasetPair& data);
// The line that programs read. A loss has as many digits as tell numbers of type `real` apart: 9 in float, 17 in double.
inline constexpr int kLossDigits = std::numeric_limits<real>::max_digits10;
void print_result(const std::string& dataset, const Run& run);

inline const char* model_name(const Architecture& a) { return a.batch_norm ? "batchnorm" : "plain"; }

}  // namespace bnlab
