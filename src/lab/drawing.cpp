#include "bnlab/lab/drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

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

// The curve's value in column c of `width`: the mean of the values that fall into it, or between the two nearest where
// there are few.
double in_column(const std::vector<double>& values, std::size_t c, std::size_t width) {
  if (values.size() >= 2 * width) {
    const double *begin = &values[c * values.size() / width], *end = values.data() + (c + 1) * values.size() / width;
    return std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
  }
  const double at =
      static_cast<double>(c * (values.size() - 1)) / static_cast<double>(std::max<std::size_t>(width, 2) - 1);
  const std::size_t left = static_cast<std::size_t>(at), right = std::min(left + 1, values.size() - 1);
  const double past = at - static_cast<double>(left);
  return past == 0 ? values[left] : values[left] + (values[right] - values[left]) * past;
}

// The curve's mark in its colour, as it stands in the chart and in the line of names.
std::string coloured_mark(const Curve& curve) {
  return curve.colour + curve.mark + (curve.colour.empty() ? "" : "\x1b[0m");
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

std::string draw_chart(const std::string& title, const std::vector<Curve>& curves, double first_x, double last_x,
                       const std::string& x_name, std::size_t width, std::size_t height) {
  std::size_t longest = 1;
  for (const Curve& curve : curves) longest = std::max(longest, curve.values.size());
  std::vector<std::vector<double>> columns;
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const Curve& curve : curves) {
    std::vector<double>& column = columns.emplace_back((width * curve.values.size() + longest - 1) / longest);
    for (std::size_t c = 0; c < column.size(); ++c) {
      const double v = column[c] = in_column(curve.values, c, column.size());
      if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
    }
  }
  if (low > high) return "";  // nothing to draw
  if (low == high) low -= 0.5, high += 0.5;

  std::vector<std::vector<std::string>> cells(height, std::vector<std::string>(width, " "));
  for (std::size_t k = 0; k < curves.size(); ++k) {
    for (std::size_t c = 0; c < columns[k].size(); ++c) {
      if (!std::isfinite(columns[k][c])) continue;
      const double up = (columns[k][c] - low) / (high - low) * static_cast<double>(height - 1);
      std::string& cell = cells[height - 1 - static_cast<std::size_t>(std::lround(up))][c];
      cell = cell == " " ? coloured_mark(curves[k]) : "#";
    }
  }

  std::string text = "  " + title + "\n";
  for (std::size_t r = 0; r < height; ++r) {
    const double value = high - (high - low) * static_cast<double>(r) / static_cast<double>(height - 1);
    text += r % 3 == 0 || r + 1 == height ? format("%9.3f |", value) : "          |";
    for (const std::string& cell : cells[r]) text += cell;
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  text += "          +" + std::string(width, '-') + "\n";
  const std::string from = format("%g", first_x), to = format("%s %g", x_name.c_str(), last_x);
  text +=
      "           " + from + std::string(width - std::min(width, from.size() + to.size()), ' ') + to + "\n           ";
  for (const Curve& curve : curves) text += coloured_mark(curve) + " " + curve.name + "   ";
  return text + (curves.size() > 1 ? "# both\n" : "\n");
}

}  // namespace bnlab
