// From the words of a command line to settings.
#pragma once

#include "bnlab/cli/settings.hpp"
#include "bnlab/cli/usage_error.hpp"

namespace bnlab {

// argv without the program's name. UsageError: one line that says what was expected and found.
Settings parse_command_line(const std::vector<std::string>& words);

// UsageError: settings that make no sense together. A command line with --resume is checked when it has been completed
// from the checkpoint.
void check_combinations(const Settings& settings);

}  // namespace bnlab
