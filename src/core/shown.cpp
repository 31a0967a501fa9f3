#include "bnlab/core/shown.hpp"

#include <algorithm>

namespace bnlab {
namespace {

constexpr char32_t kNoCharacter = 0xffffffff;  // a byte that is not UTF-8
constexpr std::string_view kEllipsis = "…";

struct Character {
  char32_t code;
  std::size_t bytes;
};

// The number of bytes of a character that begins with this one; 0 where none does.
std::size_t length_by_first_byte(unsigned char byte) {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  if (byte >= 0xf0 && byte < 0xf5) return 4;
  return 0;
}

// The first character of a text that is not empty.
Character first_character(std::string_view text) {
  constexpr Character kBadByte = {kNoCharacter, 1};
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = length_by_first_byte(first);
  if (length == 0 || length > text.size()) return kBadByte;
  if (length == 1) return {first, 1};
  char32_t code = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return kBadByte;
    code = code << 6 | (next & 0x3fu);
  }
  // A longer encoding than needed, half of a surrogate pair, and what is beyond Unicode are not UTF-8.
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  if (code < kLeast[length] || is_surrogate || code > 0x10ffff) return kBadByte;
  return {code, length};
}

// From the first to the last of them.
struct CodeRange {
  char32_t first, last;
};

// Characters that break the line, move the cursor, change the direction of writing, or are not seen.
constexpr CodeRange kUnfit[] = {
    {0x00, 0x1f},                  // C0
    {0x7f, 0x9f},                  // DEL, C1
    {0xad, 0xad},                  // soft hyphen
    {0x61c, 0x61c},                // Arabic letter mark
    {0x180e, 0x180e},              // Mongolian vowel separator
    {0x200b, 0x200f},              // zero-width space and joiners, marks of direction
    {0x2028, 0x202e},              // line and paragraph separator, embeddings and overrides of direction
    {0x2060, 0x206f},              // word joiner, isolates of direction
    {0xfeff, 0xfeff},              // byte order mark
    {0xfff9, 0xfffb},              // annotations between the lines
    {0xe0000, 0xe007f},            // tags
    {kNoCharacter, kNoCharacter},  // no text
};

// White space beside the space itself.
constexpr CodeRange kSpaces[] = {{0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
                                 {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};

template <std::size_t count>
bool is_in(const CodeRange (&ranges)[count], char32_t code) {
  return std::any_of(ranges, ranges + count,
                     [code](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

bool is_fit(char32_t code) { return !is_in(kUnfit, code); }

bool is_fit_in_a_word(char32_t code) {
  constexpr std::string_view kSigns = " =\"'`";
  const bool is_sign = code < 0x80 && kSigns.find(static_cast<char>(code)) != std::string_view::npos;
  return is_fit(code) && !is_sign && !is_in(kSpaces, code);
}

// The text with `instead` for each character that does not fit, cut to `most` characters.
std::string cleaned(std::string_view text, bool (*fits)(char32_t), char instead, std::size_t most) {
  std::string result;
  std::size_t before_last = 0;  // where the last character that may stay begins
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == most) return result.substr(0, before_last) + std::string(kEllipsis);
    const Character c = first_character(text);
    before_last = result.size();
    if (fits(c.code)) {
      result += text.substr(0, c.bytes);
    } else {
      result += instead;
    }
    text.remove_prefix(c.bytes);
  }
  return result;
}

// Whether the byte at that place continues a character of a clean text.
bool is_within_a_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

}  // namespace

std::string shown(std::string_view text, std::size_t most) { return cleaned(text, is_fit, '?', most); }

std::string shown_path(std::string_view path) { return shown(path, kLongestPath); }

std::string one_word(std::string_view text, std::size_t most) {
  if (text.empty()) return "unnamed";
  return cleaned(text, is_fit_in_a_word, '_', most);
}

std::string one_line(std::string_view message) {
  // Bytes, of which a character has four at most: a message that is too long is far too long.
  constexpr std::size_t kHalf = kLongestMessage / 2;
  const std::string text = cleaned(message, is_fit, '?', std::string::npos);
  if (text.size() <= kLongestMessage) return text;
  std::size_t left = kHalf;
  std::size_t right = text.size() - kHalf;
  while (is_within_a_character(text, left)) --left;
  while (is_within_a_character(text, right)) ++right;
  return text.substr(0, left) + " … " + text.substr(right);
}

}  // namespace bnlab
