// The help.
#pragma once

#include <string>

namespace bnlab {

// Of that command; in general where there is none of that name.
std::string help_text(const std::string& command);

}  // namespace bnlab
