#include "bnlab/core/error.hpp"

namespace bnlab {

Error::Error(const std::string& message) : std::runtime_error(one_line(message)) {}

void fail(const char* pattern, ...) {
  std::va_list arguments;
  va_start(arguments, pattern);
  const std::string text = format_list(pattern, arguments);
  va_end(arguments);
  throw Error(text);
}

}  // namespace bnlab
