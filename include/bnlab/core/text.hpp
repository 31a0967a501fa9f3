// Text: formatted as printf does, joined from numbers, viewed in bytes.
#pragma once

#include <cstdarg>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bnlab {

// printf into a string, in the "C" locale; the compiler checks the arguments against the pattern.
[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);
// The same for arguments that a function with `...` was given, as vprintf is to printf.
[[gnu::format(printf, 1, 0)]] std::string format_list(const char* pattern, std::va_list arguments);

// "a|b|" is "a", "b" and "". An empty text has no parts.
std::vector<std::string> split_text(const std::string& text, char separator);

// A … Z become a … z, whatever the locale.
std::string lower_case(std::string text);

// Its letters and digits alone, the letters small: "fashionmnist" of "Fashion-MNIST".
std::string plain_name(const std::string& text);

// The numbers with a separator between them: joined({512, 784}, ", ") is "512, 784".
std::string joined(const std::vector<std::size_t>& numbers, const char* separator);

// Characters of a text in UTF-8: the room that it takes in a terminal, for scripts whose letters are one column wide.
std::size_t character_count(std::string_view text);

// The text in lines of at most `width` characters, broken at spaces, each line after `indent`. A number and its "%"
// stay together, an option and its value too ("--save FILE"); a word that is longer than a line has a line of its own.
std::string wrapped(std::string_view text, const std::string& indent, std::size_t width = 79);

// The text with spaces after it, or before it, up to that many characters; a longer one stays.
std::string padded(const std::string& text, std::size_t width);
std::string padded_left(const std::string& text, std::size_t width);

// Raw bytes, such as the content of a file, and a view of them as text.
using Bytes = std::vector<std::uint8_t>;
inline std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace bnlab
