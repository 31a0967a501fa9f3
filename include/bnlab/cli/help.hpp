// The help.
#pragma once

#include <string>
#include <vector>

namespace bnlab {

// "bnlab train --help": the help that belongs to a command line, if only a wrong one. The general one where the first
// word is no command.
std::string help_command(const std::vector<std::string>& words);

// Of that command; in general where there is none of that name.
std::string help_text(const std::string& command);

}  // namespace bnlab
