#include "bnlab/lab/figures/chart.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bnlab/core/text.hpp"
#include "bnlab/lab/figures/canvas.hpp"
#include "bnlab/lab/figures/scale.hpp"

namespace bnlab {
namespace {

using Column = std::vector<double>;  // the values of one curve, one for each column that it reaches

// The curve's value in column c of `width`: the mean of the values that fall into it, or interpolated linearly where
// there are few.
double in_column(const std::vector<double>& values, std::size_t c, std::size_t width) {
  if (values.size() >= 2 * width) {
    const double* begin = &values[c * values.size() / width];
    const double* end = values.data() + (c + 1) * values.size() / width;
    return std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
  }
  const double at =
      static_cast<double>(c * (values.size() - 1)) / static_cast<double>(std::max<std::size_t>(width, 2) - 1);
  const std::size_t left = static_cast<std::size_t>(at);
  const std::size_t right = std::min(left + 1, values.size() - 1);
  const double past = at - static_cast<double>(left);
  return past == 0 ? values[left] : values[left] + (values[right] - values[left]) * past;
}

// Each curve's values by column; the longest curve takes the whole width.
std::vector<Column> columns_of(const std::vector<Curve>& curves, std::size_t width) {
  std::size_t longest = 1;
  for (const Curve& curve : curves) longest = std::max(longest, curve.values.size());
  std::vector<Column> columns;
  for (const Curve& curve : curves) {
    const std::size_t reached = (width * curve.values.size() + longest - 1) / longest;
    Column column;
    for (std::size_t c = 0; c < reached; ++c) column.push_back(in_column(curve.values, c, reached));
    columns.push_back(column);
  }
  return columns;
}

// From the smallest to the greatest finite value; of equal ones half a unit to both sides. Where there is no value, low is
// above high.
Scale range_of(const std::vector<Column>& columns) {
  Scale range = {.low = HUGE_VAL, .high = -HUGE_VAL};
  for (const Column& column : columns) {
    for (const double value : column) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  if (range.low == range.high) {
    range.low -= 0.5;
    range.high += 0.5;
  }
  return range;
}

void draw_curve(const Curve& curve, const Column& column, const Scale& range, Canvas& canvas) {
  for (std::size_t c = 0; c < column.size(); ++c) {
    if (!std::isfinite(column[c])) continue;
    const std::size_t up = nearest_cell(range.part(column[c]), canvas.height());
    canvas.put(c, canvas.height() - 1 - up, coloured(curve.mark, curve.colour));
  }
}

// The rows with the vertical axis, every third of them labelled with its value.
std::string rows_text(const Canvas& canvas, const Scale& range) {
  const std::size_t height = canvas.height();
  std::string text;
  for (std::size_t r = 0; r < height; ++r) {
    const double down = (range.high - range.low) * static_cast<double>(r) / static_cast<double>(height - 1);
    const double value = range.high - down;
    const bool labelled = r % 3 == 0 || r + 1 == height;
    text += (labelled ? format("%9.3f |", value) : "          |") + canvas.line(r) + "\n";
  }
  return text;
}

// The horizontal axis, labelled at both ends.
std::string x_axis(double first_x, double last_x, const std::string& x_name, std::size_t width) {
  const std::string from = format("%g", first_x);
  const std::string to = format("%s %g", x_name.c_str(), last_x);
  const std::string between(width - std::min(width, from.size() + to.size()), ' ');
  return "          +" + std::string(width, '-') + "\n           " + from + between + to + "\n";
}

std::string names_line(const std::vector<Curve>& curves) {
  std::string text = "           ";
  for (const Curve& curve : curves) text += coloured(curve.mark, curve.colour) + " " + curve.name + "   ";
  return text + (curves.size() > 1 ? "# both\n" : "\n");
}

}  // namespace

std::string draw_chart(const std::string& title, const std::vector<Curve>& curves, double first_x, double last_x,
                       const std::string& x_name, std::size_t width, std::size_t height) {
  const std::vector<Column> columns = columns_of(curves, width);
  const Scale range = range_of(columns);
  if (range.low > range.high) return "";  // nothing to draw
  Canvas canvas(width, height);
  for (std::size_t k = 0; k < curves.size(); ++k) draw_curve(curves[k], columns[k], range, canvas);
  return "  " + title + "\n" + rows_text(canvas, range) + x_axis(first_x, last_x, x_name, width) + names_line(curves);
}

}  // namespace bnlab
