#include "bnlab/cli/text.hpp"

#include <cstdlib>

#include "bnlab/core/error.hpp"

namespace bnlab {

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

std::string alternatives(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i];
  }
  return text;
}

std::string shortest_decimal(double x) {
  std::string text;
  for (int digits = 6; digits <= 17; ++digits) {
    text = format("%.*g", digits, x);
    if (std::strtod(text.c_str(), nullptr) == x) break;
  }
  // "1e-08" -> "1e-8"
  const std::size_t exponent = text.find('e');
  if (exponent == std::string::npos) return text;
  const std::size_t first = exponent + 2;
  return text.erase(first, text.find_first_not_of('0', first) - first);
}

std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t left = text.size(); left > 3; left -= 3) text.insert(left - 3, ",");
  return text;
}

std::string shell_word(const std::string& text) {
  const std::string clean = shown_path(text);
  constexpr const char* kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./,:+=@%";
  if (!clean.empty() && clean.find_first_not_of(kPlain) == std::string::npos) return clean;
  std::string quoted = "'";
  for (const char c : clean) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string without_trailing_spaces(std::string text) { return text.erase(text.find_last_not_of(' ') + 1); }

}  // namespace bnlab
