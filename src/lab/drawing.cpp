#include "bnlab/lab/drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

using Rgb = std::array<unsigned, 3>;

Rgb pixel(const Picture& p, std::size_t y, std::size_t x) {
  if (y >= p.height) return {0, 0, 0};  // below an odd number of rows
  if (p.channels == 1) return {p.at(0, y, x), p.at(0, y, x), p.at(0, y, x)};
  return {p.at(0, y, x), p.at(1, y, x), p.at(2, y, x)};
}

// xterm's palette: 16 + 36 r + 6 g + b with each of 0 … 5 (that is 0, 95, 135, 175, 215, 255), and 24 greys from 232 on
// (8, 18, …, 238).
unsigned nearest_of_256(const Rgb& c) {
  if (c[0] == c[1] && c[1] == c[2]) return c[0] < 4 ? 16 : c[0] > 246 ? 231 : 232 + std::min((c[0] - 3) / 10, 23u);
  const auto level = [](unsigned v) { return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40; };
  return 16 + 36 * level(c[0]) + 6 * level(c[1]) + level(c[2]);
}

std::string code(bool background, const Rgb& c, Colours colours) {
  const int kind = background ? 48 : 38;
  return colours == Colours::of_256 ? format("\x1b[%d;5;%um", kind, nearest_of_256(c))
                                    : format("\x1b[%d;2;%u;%u;%um", kind, c[0], c[1], c[2]);
}

}  // namespace

std::vector<std::string> draw_picture(const Picture& picture, Colours colours) {
  constexpr std::string_view ramp = " .:-=+*#%@";
  std::vector<std::string> lines;
  for (std::size_t y = 0; y < picture.height; y += 2) {
    std::string line;
    for (std::size_t x = 0; x < picture.width; ++x) {
      const Rgb upper = pixel(picture, y, x), lower = pixel(picture, y + 1, x);
      if (colours == Colours::none) {
        const unsigned sum = upper[0] + upper[1] + upper[2] + lower[0] + lower[1] + lower[2];
        line += ramp[sum * ramp.size() / (6 * 256)];
      } else {
        line += code(false, upper, colours) + code(true, lower, colours) + "▀";
      }
    }
    lines.push_back(line + (colours == Colours::none ? "" : "\x1b[0m"));
  }
  return lines;
}

std::string bar(double part, std::size_t width) {
  static constexpr const char* last[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths =
      static_cast<std::size_t>(std::lround((part > 0 ? std::min(part, 1.0) : 0) * static_cast<double>(8 * width)));
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return text + last[eighths % 8];
}

}  // namespace bnlab
