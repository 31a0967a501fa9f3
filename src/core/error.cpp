#include "bnlab/core/error.hpp"

#include <cstdarg>
#include <cstdio>
#include <utility>

namespace bnlab {
namespace {

std::string formatted(const char* pattern, std::va_list arguments) {
  std::va_list again;
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, pattern, again);
  va_end(again);
  std::string text(static_cast<std::size_t>(length > 0 ? length : 0), '\0');
  std::vsnprintf(text.data(), text.size() + 1, pattern, arguments);
  return text;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

}  // namespace

Error::Error(std::string message) : std::runtime_error(one_line(std::move(message))) {}

std::string format(const char* pattern, ...) {
  std::va_list arguments;
  va_start(arguments, pattern);
  std::string text = formatted(pattern, arguments);
  va_end(arguments);
  return text;
}

void fail(const char* pattern, ...) {
  std::va_list arguments;
  va_start(arguments, pattern);
  std::string text = formatted(pattern, arguments);
  va_end(arguments);
  throw Error(text);
}

}  // namespace bnlab
