#include "bnlab/core/text.hpp"

#include <algorithm>
#include <cstdio>

#include "bnlab/core/c_locale.hpp"

namespace bnlab {

std::string format_list(const char* pattern, std::va_list arguments) {
  const CLocale guard;
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

std::vector<std::string> split_text(const std::string& text, char separator) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string plain_name(const std::string& text) {
  std::string name;
  for (const char c : lower_case(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
  }
  return name;
}

std::string joined(const std::vector<std::size_t>& numbers, const char* separator) {
  std::string text;
  for (const std::size_t number : numbers) {
    if (!text.empty()) text += separator;
    text += std::to_string(number);
  }
  return text;
}

// UTF-8 has one byte in each character that does not continue another.
std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

namespace {

// The length of the text's first word, with what must stay on its line: the "%" after a number, the value after an
// option.
std::size_t word_length(std::string_view text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const bool goes_on = text.substr(end).starts_with(" %") || text.starts_with("--");
  return goes_on ? std::min(text.find(' ', end + 1), text.size()) : end;
}

}  // namespace

std::string wrapped(std::string_view text, const std::string& indent, std::size_t width) {
  std::string lines;
  std::string line;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, word_length(text));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const bool fits = character_count(indent) + character_count(line) + 1 + character_count(word) <= width;
    if (!line.empty() && !fits) {
      lines += indent + line + "\n";
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return lines + indent + line + "\n";
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, character_count(text)), ' ');
}

std::string padded_left(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, character_count(text)), ' ') + text;
}

}  // namespace bnlab
