// The commands, what the command line asks of them, and what nearly all of them need.
#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>

#include "bnlab/lab/drawing.hpp"
#include "bnlab/lab/run.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {

// The command line itself was wrong: exit status 2.
struct UsageError : Error {
  using Error::Error;
};

// What the command line asks for. The defaults are those that --help prints.
struct Settings {
  std::string command;             // compare, train, eval, …; help
  std::vector<std::string> words;  // all of the command line after it
  bool help = false;

  std::string data = "data/fashion-mnist-sample";
  std::size_t limit = 0;  // 0: all
  double validation = 0.1;
  std::uint64_t seed = 1;
  std::size_t threads = ThreadPool::cores();
  std::size_t epochs = 5, batch = 64;
  std::vector<std::size_t> hidden = {512};
  std::string norm = "none", activation = "relu";
  double dropout = 0;
  std::string optimizer = "adam";
  std::optional<double> lr, weight_decay;  // their defaults depend on the optimizer
  double momentum = 0;
  bool nesterov = false;
  double adam_eps = 1e-8;
  std::string shuffle = "on";
  std::string init, save, log, out = "build/run";
  std::string checkpoint, resume;    // train
  std::size_t checkpoint_every = 0;  // steps; 0: at the end of each epoch
  std::size_t max_steps = 0;         // 0: all
  bool quiet = false;
  std::vector<std::string> files;    // the words that are no options: a model; what it is to predict
  std::string part = "test";         // show, predict
  std::size_t first = 0, count = 6;  // show
  std::string colours = "auto", statistics = "running", logits;
  std::string layer;   // gradcheck
  double step = 1e-3;  // gradcheck
  bool sweep = false;  // gradcheck

  std::vector<std::string> given;  // the options that were named
  bool was_given(std::initializer_list<const char*> any_of_these) const;

  RunSettings run_settings(const Dataset& data) const;
  // The options that decide what a training run computes, defaults included: "--batch=64", "--hidden=512", … A checkpoint
  // keeps them. Not --data, which is a path.
  std::vector<std::string> run_options() const;
};

struct Option {
  const char* name;   // "--epochs"
  const char* value;  // how --help calls its value; empty: it takes none
  const char* help;
  const char* commands;  // that know it
  // Reads the value into the settings. UsageError: it is not what the help says.
  std::function<void(Settings& settings, const Option& option, const std::string& text)> set;
};
const std::vector<Option>& options();  // in the order of --help

// Throws UsageError, one line, with a pointer to the help.
[[noreturn]] void usage(const std::string& message);
// "a|b" in two; what ends with the separator has no empty piece after it.
std::vector<std::string> pieces(const std::string& text, char between);

// argv without the program's name. UsageError: one line that says what was expected and found.
Settings parse_command_line(const std::vector<std::string>& words);

// The settings of `bnlab train --resume`: those of the checkpoint's run (run_options, joined by spaces) and what the command
// line adds. UsageError: it contradicts them; only --epochs may differ.
Settings resumed(const Settings& settings, const std::string& run_options);

// --- The commands ------------------------------------------------------------------------------------------------

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

inline const char* model_name(const Architecture& a) { return norm_kind(a.norm).model; }

}  // namespace bnlab
