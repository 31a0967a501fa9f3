// Small work on text that several commands need.
#pragma once

#include <string>
#include <vector>

namespace bnlab {

// "a|b|" is "a", "b" and "". An empty text has no parts.
std::vector<std::string> split_text(const std::string& text, char separator);

// "a, b or c".
std::string alternatives(const std::vector<std::string>& choices);

// The shortest decimal that is read back as the same number: "0.1", "1e-8".
std::string shortest_decimal(double x);

// "10,000".
std::string grouped(std::size_t number);

// A path or another value in a command to be copied: cleaned, and in quotation marks where a shell needs them.
std::string shell_word(const std::string& text);

std::string without_trailing_spaces(std::string text);

}  // namespace bnlab
