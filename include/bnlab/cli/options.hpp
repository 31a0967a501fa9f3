// Every option of every command: its name, its value and range, its help.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bnlab/cli/settings.hpp"

namespace bnlab {

struct Option {
  const char* name;   // "--epochs"
  const char* value;  // how --help calls its value; empty: it takes none
  const char* help;
  const char* commands;  // that know it
  // Reads the value into the settings. UsageError: it is not what the help says.
  std::function<void(Settings& settings, const Option& option, const std::string& text)> set;
};

// In the order of --help.
const std::vector<Option>& options();

// Throws UsageError, one line, with a pointer to the help.
[[noreturn]] void usage(const std::string& message);

}  // namespace bnlab
