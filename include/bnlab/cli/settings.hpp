// What the command line asks for, and every option that it knows.
#pragma once

#include <functional>
#include <optional>

#include "bnlab/lab/run.hpp"

namespace bnlab {

// The defaults are those that --help prints.
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

}  // namespace bnlab
