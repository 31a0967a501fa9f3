// A wrong command line.
#pragma once

#include "bnlab/core/error.hpp"

namespace bnlab {

// Exit status 2.
struct UsageError : Error {
  using Error::Error;
};

// Throws UsageError: that line, with a pointer to the help.
[[noreturn]] void fail_usage(const std::string& message);

}  // namespace bnlab
