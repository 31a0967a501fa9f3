// Errors that a user can cause. Each message is one line: what was expected, what was found, what to do.
#pragma once

#include <stdexcept>
#include <string>

#include "bnlab/core/text.hpp"

namespace bnlab {

// A problem with a file, a dataset, a model or a shape: exit status 1.
struct Error : std::runtime_error {
  // Control characters, which a file's name may contain, become '?' (one_line).
  explicit Error(const std::string& message);
};

// throw Error(format(...)).
[[noreturn, gnu::format(printf, 1, 2)]] void fail(const char* pattern, ...);

}  // namespace bnlab
