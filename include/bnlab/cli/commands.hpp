// The commands.
#pragma once

#include <span>

#include "bnlab/cli/settings.hpp"
#include "bnlab/cli/terminal.hpp"

namespace bnlab {

// Each returns the program's exit status, or throws Error.
using CommandFunction = int(const Settings& settings, const Terminal& terminal);
CommandFunction compare_command, train_command, eval_command, predict_command, fold_command, show_command,
    gradcheck_command, bench_command, experiment_command;

struct Command {
  const char* name;
  const char* arguments;  // "MODEL IMAGE...": two or more
  const char* summary;    // one line of the general help
  const char* about;      // a paragraph of its own help
  const char* example;
  CommandFunction* run;
};

std::span<const Command> commands();
const Command* find_command(const std::string& name);  // null if there is none

}  // namespace bnlab
