#include "bnlab/core/text.hpp"

#include <cstdio>

namespace bnlab {

std::string format_list(const char* pattern, std::va_list arguments) {
  std::va_list copy;  // vsnprintf invalidates the list, and it is called twice: first to find the length
  va_copy(copy, arguments);
  const int length = std::vsnprintf(nullptr, 0, pattern, copy);
  va_end(copy);
  std::string text(static_cast<std::size_t>(length > 0 ? length : 0), '\0');
  std::vsnprintf(text.data(), text.size() + 1, pattern, arguments);
  return text;
}

std::string format(const char* pattern, ...) {
  std::va_list arguments;
  va_start(arguments, pattern);
  std::string text = format_list(pattern, arguments);
  va_end(arguments);
  return text;
}

std::string joined(const std::vector<std::size_t>& numbers, const char* separator) {
  std::string text;
  for (const std::size_t number : numbers) {
    if (!text.empty()) text += separator;
    text += std::to_string(number);
  }
  return text;
}

std::string one_word(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) <= ' ') c = '_';
  }
  return text;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 60;
  const std::string mark = "…";
  if (text.size() <= kMost) return text;
  std::size_t end = kMost - mark.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // within a character
  return text.substr(0, end) + mark;
}

}  // namespace bnlab
