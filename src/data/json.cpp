#include "bnlab/data/json.hpp"

#include <cstdint>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// The UTF-8 encoding of a code point of 16 bits. Half of a surrogate pair becomes '?': no name in our files has one.
std::string utf8(std::size_t code) {
  const auto six_bits = [code](int shift) { return static_cast<char>(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), six_bits(0)};
  if (code >= 0xd800 && code < 0xe000) return "?";
  return {static_cast<char>(0xe0 | code >> 12), six_bits(6), six_bits(0)};
}

}  // namespace

std::string JsonReader::string() {
  expect('"');
  std::string result;
  for (char c = next(); c != '"'; c = next()) {
    if (static_cast<unsigned char>(c) < 0x20) bad("a control character in a string");
    result += c == '\\' ? escape() : std::string(1, c);
  }
  return result;
}

std::vector<std::size_t> JsonReader::numbers(std::size_t most) {
  std::vector<std::size_t> result;
  list('[', ']', [&] {
    if (result.size() == most) bad(format("more than %zu numbers", most).c_str());
    result.push_back(number());
  });
  return result;
}

void JsonReader::end() {
  skip_space();
  if (position_ != text_.size()) bad("text after its end");
}

void JsonReader::bad(const char* problem) const {
  fail("%s: expected a safetensors header, found %s at byte %zu of it", path_.c_str(), problem, position_);
}

void JsonReader::skip_space() {
  constexpr std::string_view kSpace = " \t\n\r";
  while (position_ < text_.size() && kSpace.find(text_[position_]) != std::string_view::npos) ++position_;
}

char JsonReader::next() {
  if (position_ == text_.size()) bad("its end too early");
  const char c = text_[position_];
  ++position_;
  return c;
}

bool JsonReader::accept(char c) {
  skip_space();
  const bool found = position_ < text_.size() && text_[position_] == c;
  if (found) ++position_;
  return found;
}

void JsonReader::expect(char c) {
  if (!accept(c)) bad(format("something other than '%c'", c).c_str());
}

std::size_t JsonReader::number() {
  skip_space();
  const std::size_t begin = position_;
  std::size_t value = 0;
  while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') {
    const std::size_t digit = static_cast<std::size_t>(text_[position_] - '0');
    if (value > (SIZE_MAX - digit) / 10) bad("a number too large");
    value = value * 10 + digit;
    ++position_;
  }
  if (position_ == begin) bad("something other than a whole number");
  return value;
}

std::string JsonReader::escape() {
  static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  const char c = next();
  const std::size_t letter = letters.find(c);
  if (letter != letters.npos) return {meanings[letter]};
  if (c != 'u') bad("a bad escape");
  std::size_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const std::size_t digit = std::string_view("0123456789abcdef0123456789ABCDEF").find(next());
    if (digit == std::string_view::npos) bad("a bad \\u escape");
    code = code * 16 + digit % 16;
  }
  return utf8(code);
}

std::string json_string(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    const bool is_control = static_cast<unsigned char>(c) < 0x20;
    result += is_control ? format("\\u%04x", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return '"' + result + '"';
}

}  // namespace bnlab
