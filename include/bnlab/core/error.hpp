// Errors that a user can cause. Each message is one line: what was expected, what was found, what to do.
#pragma once

#include <stdexcept>
#include <string>

namespace bnlab {

// Anything that went wrong with a file, a dataset, a model or a shape: exit status 1.
struct Error : std::runtime_error {
  // Control characters, which can only come from a file's names, become '?': a message is one line.
  explicit Error(std::string message);
};

// printf into a string; the compiler checks the arguments against the pattern.
[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);

// throw Error(format(...)).
[[noreturn, gnu::format(printf, 1, 2)]] void fail(const char* pattern, ...);

}  // namespace bnlab
