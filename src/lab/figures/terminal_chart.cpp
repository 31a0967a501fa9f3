#include "bnlab/lab/figures/terminal_chart.hpp"

#include <algorithm>

#include "bnlab/core/shown.hpp"
#include "bnlab/core/text.hpp"
#include "bnlab/lab/figures/canvas.hpp"
#include "bnlab/lab/figures/scale.hpp"
#include "bnlab/lab/figures/terminal_axis.hpp"
#include "bnlab/lab/figures/terminal_rows.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kLeastColumns = 40, kMostColumns = 200;
constexpr std::size_t kChartHeight = 15;  // rows

// The marks of a panel with numeric axes.
class MarkCanvas {
 public:
  MarkCanvas(const Panel& panel, std::size_t width, bool colour)
      : panel_(panel), x_(*x_scale(panel)), y_(*y_scale(panel)), canvas_(width, kChartHeight), colour_(colour) {
    for (std::size_t k = 0; k < panel.series.size(); ++k) put_marks(k);
    for (std::size_t k = 0; k < panel.series.size(); ++k) put_dots_between(k);
  }

  std::string line(std::size_t row) const { return canvas_.line(row); }

 private:
  std::size_t column_of(const Mark& mark) const { return nearest_cell(x_.part(mark.x), canvas_.width()); }
  std::size_t row_of(const Mark& mark) const { return kChartHeight - 1 - nearest_cell(y_.part(mark.y), kChartHeight); }
  std::string in_colour(char character, std::size_t k) const {
    return coloured(character, terminal_colour(k, colour_));
  }

  void put_marks(std::size_t k) {
    for (const Mark& mark : panel_.series[k].marks) {
      if (is_drawn(panel_, mark)) canvas_.put(column_of(mark), row_of(mark), in_colour(sign_of(k), k));
      if (is_beyond(panel_, mark)) put_arrow(mark, k);
    }
  }

  // ^ at the upper edge, or v at the lower one, with the sign of the series beside it.
  void put_arrow(const Mark& mark, std::size_t k) {
    const std::size_t edge = row_of(mark);
    const std::size_t inside = edge == 0 ? 1 : edge - 1;
    canvas_.put_over(column_of(mark), edge, in_colour(edge == 0 ? '^' : 'v', k));
    canvas_.put(column_of(mark), inside, in_colour(sign_of(k), k));
  }

  // A dotted line from each mark to the next, where nothing else is.
  void put_dots_between(std::size_t k) {
    const std::vector<Mark>& marks = panel_.series[k].marks;
    for (std::size_t i = 0; i + 1 < marks.size(); ++i) {
      const bool both_drawn = is_drawn(panel_, marks[i]) && is_drawn(panel_, marks[i + 1]);
      if (both_drawn) put_dots(marks[i], marks[i + 1], in_colour('.', k));
    }
  }

  // A dot in every row of a steep line, in every second column of a flat one.
  void put_dots(const Mark& from, const Mark& to, const std::string& dot) {
    const double x = x_.part(from.x), across = x_.part(to.x) - x;
    const double y = y_.part(from.y), up = y_.part(to.y) - y;
    const double columns = std::abs(across) * static_cast<double>(canvas_.width());
    const double rows = std::abs(up) * static_cast<double>(kChartHeight);
    const double dots = std::ceil(std::max(columns / 2, rows));
    for (double d = 1; d < dots; ++d) {
      const std::size_t row = kChartHeight - 1 - nearest_cell(y + up * d / dots, kChartHeight);
      canvas_.put_behind(nearest_cell(x + across * d / dots, canvas_.width()), row, dot);
    }
  }

  const Panel& panel_;
  Scale x_, y_;
  Canvas canvas_;
  bool colour_;
};

// The labels of the y axis by row, the first row on top.
std::vector<std::string> labels_of_rows(const Scale& y) {
  constexpr std::size_t kRowsPerTick = 3;
  std::vector<std::string> labels(kChartHeight);
  for (const Tick& tick : y.ticks(kChartHeight / kRowsPerTick)) {
    if (tick.label.empty()) continue;
    labels[kChartHeight - 1 - nearest_cell(y.part(tick.value), kChartHeight)] = tick.label;
  }
  return labels;
}

std::string numeric_chart(const Panel& panel, std::size_t columns, bool colour) {
  const std::vector<std::string> labels = labels_of_rows(*y_scale(panel));
  std::size_t label_width = 1;
  for (const std::string& label : labels) label_width = std::max(label_width, label.size());
  const std::size_t gutter = label_width + 4;  // two spaces, the label, a space, the axis
  const MarkCanvas canvas(panel, columns - gutter, colour);
  std::string text;
  for (std::size_t row = 0; row < kChartHeight; ++row) {
    text += "  " + padded_left(labels[row], label_width) + " |" + canvas.line(row) + "\n";
  }
  return text + axis_below(*x_scale(panel), gutter, columns - gutter);
}

// Each series' sign and name, in lines of at most that many characters.
std::string names_of_signs(const Panel& panel, std::size_t columns, bool colour) {
  std::string text;
  std::size_t used = columns;  // of the line; at first a new one is needed
  for (std::size_t k = 0; k < panel.series.size(); ++k) {
    const std::string name = shown(panel.series[k].name, columns - 4);
    const std::size_t size = character_count(name) + 4;  // two spaces, the sign, a space
    if (used + size > columns) {
      text += text.empty() ? "" : "\n";
      used = 0;
    }
    text += "  " + coloured(sign_of(k), terminal_colour(k, colour)) + " " + name;
    used += size;
  }
  const std::string meeting = panel.series.size() > 1 ? "  # several" : "";
  return text + (used + meeting.size() > columns ? "\n" : "") + meeting + "\n";
}

// In lines that begin with two spaces. A word that is longer than a line is cut.
std::string indented(const std::string& text, std::size_t columns) {
  constexpr std::size_t kLongestText = 500;
  std::string lines;
  for (const std::string& line : split_text(wrapped(shown(text, kLongestText), "  ", columns), '\n')) {
    if (line.find_first_not_of(' ') != std::string::npos) lines += shown(line, columns) + "\n";
  }
  return lines;
}

std::string centred(const std::string& text, std::size_t columns) {
  return text.empty() ? "" : padded_left(text, (columns + character_count(text)) / 2) + "\n";
}

}  // namespace

std::string terminal_chart(const Panel& panel, std::size_t columns, bool colour) {
  columns = std::clamp(columns, kLeastColumns, kMostColumns);
  std::string text = indented(panel.title, columns) + indented(panel.y.label, columns);
  if (!x_scale(panel)) {
    text += "  no values\n";
  } else if (!panel.x.names.empty()) {
    text += rows_of_categories(panel, columns, colour);
  } else {
    text += numeric_chart(panel, columns, colour);
    text += centred(shown(panel.x.label, columns), columns);
    text += names_of_signs(panel, columns, colour);
  }
  for (const std::string& note : notes_of(panel)) text += indented(note, columns);
  return text;
}

}  // namespace bnlab
