// Small work on text that several commands need.
#pragma once

#include <string>
#include <vector>

namespace bnlab {

// "a, b or c".
std::string alternatives(const std::vector<std::string>& choices);

// "10,000".
std::string grouped(std::size_t number);

// A path or another value in a command to be copied: cleaned, and in quotation marks where a shell needs them.
std::string shell_word(const std::string& text);

std::string without_trailing_spaces(std::string text);

}  // namespace bnlab
