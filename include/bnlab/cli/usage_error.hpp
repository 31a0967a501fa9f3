// A wrong command line.
#pragma once

#include "bnlab/core/error.hpp"

namespace bnlab {

// Exit status 2. Its message says nothing of the help: main adds which one to read.
struct UsageError : Error {
  using Error::Error;
};

// Throws UsageError with that line.
[[noreturn]] void fail_usage(const std::string& message);

}  // namespace bnlab
