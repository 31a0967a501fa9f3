#include "bnlab/cli/text.hpp"

#include <cstdlib>

#include "bnlab/core/error.hpp"

namespace bnlab {

std::string alternatives(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i];
  }
  return text;
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
