#include "bnlab/lab/figures/terminal_axis.hpp"

#include <algorithm>
#include <array>

#include "bnlab/core/text.hpp"
#include "bnlab/lab/figures/canvas.hpp"

namespace bnlab {

std::string axis_below(const Scale& scale, std::size_t gutter, std::size_t width) {
  constexpr double kGap = 2;
  const auto characters = [](const std::string& label) { return static_cast<double>(label.size()); };
  std::string line(width, '-');
  std::string labels(gutter + width, ' ');
  for (const Tick& tick : ticks_apart(scale, static_cast<double>(width - 1), kGap, characters)) {
    if (tick.label.empty()) continue;
    const std::size_t column = nearest_cell(scale.part(tick.value), width);
    line[column] = '+';
    const std::size_t half = tick.label.size() / 2;
    const std::size_t begin =
        std::min(gutter + column - std::min(half, gutter + column), labels.size() - tick.label.size());
    labels.replace(begin, tick.label.size(), tick.label);
  }
  labels.erase(labels.find_last_not_of(' ') + 1);
  return std::string(gutter - 1, ' ') + "-" + line + "\n" + labels + "\n";
}

char sign_of(std::size_t series) {
  constexpr std::string_view kSigns = "ox+*@%&=ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return kSigns[series % kSigns.size()];
}

std::string terminal_colour(std::size_t series, bool colour) {
  constexpr std::array<int, 6> kCodes = {33, 36, 35, 32, 31, 34};  // yellow, cyan, magenta, green, red, blue
  return colour ? format("\x1b[%dm", kCodes[series % kCodes.size()]) : "";
}

}  // namespace bnlab
