#include "bnlab/lab/figures/drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace bnlab {
namespace {

using Rgb = std::array<unsigned, 3>;

// Black below an odd number of rows.
Rgb pixel(const Picture& p, std::size_t y, std::size_t x) {
  if (y >= p.height) return {0, 0, 0};
  if (p.channels == 1) return {p.at(0, y, x), p.at(0, y, x), p.at(0, y, x)};
  return {p.at(0, y, x), p.at(1, y, x), p.at(2, y, x)};
}

// xterm's palette: 16 + 36 r + 6 g + b with each of 0 … 5 (that is 0, 95, 135, 175, 215, 255), and 24 greys from 232 on
// (8, 18, …, 238).
unsigned nearest_grey(unsigned value) {
  if (value < 4) return 16;     // black
  if (value > 246) return 231;  // white
  return 232 + std::min((value - 3) / 10, 23u);
}

unsigned nearest_level(unsigned value) {
  if (value < 48) return 0;
  if (value < 115) return 1;
  return (value - 35) / 40;
}

unsigned nearest_of_256(const Rgb& c) {
  const bool grey = c[0] == c[1] && c[1] == c[2];
  if (grey) return nearest_grey(c[0]);
  return 16 + 36 * nearest_level(c[0]) + 6 * nearest_level(c[1]) + nearest_level(c[2]);
}

// The escape sequence that selects a colour.
std::string colour_code(bool background, const Rgb& c, Colours colours) {
  const int kind = background ? 48 : 38;
  if (colours == Colours::of_256) return format("\x1b[%d;5;%um", kind, nearest_of_256(c));
  return format("\x1b[%d;2;%u;%u;%um", kind, c[0], c[1], c[2]);
}

// Two pixels, one above the other, as one character.
std::string draw_pair(const Rgb& upper, const Rgb& lower, Colours colours) {
  if (colours != Colours::none) return colour_code(false, upper, colours) + colour_code(true, lower, colours) + "▀";
  constexpr std::string_view ramp = " .:-=+*#%@";
  const unsigned sum = upper[0] + upper[1] + upper[2] + lower[0] + lower[1] + lower[2];
  return std::string(1, ramp[sum * ramp.size() / (6 * 256)]);
}

}  // namespace

std::vector<std::string> draw_picture(const Picture& picture, Colours colours) {
  const char* const reset = colours == Colours::none ? "" : "\x1b[0m";
  std::vector<std::string> lines;
  for (std::size_t y = 0; y < picture.height; y += 2) {
    std::string line;
    for (std::size_t x = 0; x < picture.width; ++x) {
      line += draw_pair(pixel(picture, y, x), pixel(picture, y + 1, x), colours);
    }
    lines.push_back(line + reset);
  }
  return lines;
}

std::string bar(double part, std::size_t width) {
  constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = part > 0 ? std::min(part, 1.0) : 0;  // NaN: 0
  const auto eighths = static_cast<std::size_t>(std::lround(clamped * static_cast<double>(8 * width)));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return text + kEighths[eighths % 8];
}

}  // namespace bnlab
