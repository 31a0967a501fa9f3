// Errors that a user can cause. Each message is one line: what was expected, what was found, what to do.
#pragma once

#include <stdexcept>
#include <string>

#include "bnlab/core/shown.hpp"
#include "bnlab/core/text.hpp"

namespace bnlab {

// A problem with a file, a dataset, a model or a shape: exit status 1.
struct Error : std::runtime_error {
  // Whatever the message holds, it is cleaned and cut to one line that may be printed (one_line, shown.hpp).
  explicit Error(const std::string& message);
};

// throw Error(format(...)).
[[noreturn, gnu::format(printf, 1, 2)]] void fail(const char* pattern, ...);

}  // namespace bnlab
