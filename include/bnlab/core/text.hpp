// Text: formatted as printf does, joined from numbers, viewed in bytes.
#pragma once

#include <cstdarg>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bnlab {

// printf into a string; the compiler checks the arguments against the pattern.
[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...);
// The same for arguments that a function with `...` was given, as vprintf is to printf.
[[gnu::format(printf, 1, 0)]] std::string format_list(const char* pattern, std::va_list arguments);

// The numbers with a separator between them: joined({512, 784}, ", ") is "512, 784".
std::string joined(const std::vector<std::size_t>& numbers, const char* separator);

// Each space and control character becomes '_'. Result lines contain file names, and programs split them at spaces.
std::string one_word(std::string text);

// Each control character becomes '?', so that the text stays on one line.
std::string one_line(std::string text);

// At most 60 bytes of it; where there are more, the last of them are "…". No character of UTF-8 is cut in two.
std::string shortened(const std::string& text);

// Raw bytes, such as the content of a file, and a view of them as text.
using Bytes = std::vector<std::uint8_t>;
inline std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace bnlab
