// Where the parts of a panel are in an SVG file: the plot, and the text above, below and beside it.
//
//   title                              above: header
//   label of the y axis
//   legend, where there is one
//   30 |            .--- o name        at the right: names of lines
//   20 |      .----'
//   10 |-----'
//      +----------------
//       1      2      3                below: footer
//       label of the x axis
//       notes
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bnlab/lab/figures/figure.hpp"
#include "bnlab/lab/figures/scale.hpp"

namespace bnlab {

inline constexpr double kLineHeight = 16;  // from one baseline to the next, in pixels

// Pixels; y grows downwards.
struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

struct PanelPlan {
  const Panel& panel;
  Box outer, plot;
  std::optional<Scale> x, y;  // none: there is no value to draw

  double x_of(double value) const { return plot.left + x->part(value) * plot.width(); }
  double y_of(double value) const { return plot.bottom - y->part(value) * plot.height(); }
};

inline bool has_categories(const Panel& panel) { return !panel.x.names.empty(); }

// Names of categories, all in lines below each other, or, where a word is too wide for that, all slanted in one line.
struct CategoryLabels {
  bool slanted = false;
  std::vector<std::vector<std::string>> lines;
  double height = 0;
};
CategoryLabels category_labels(const Axis& axis, double plot_width, double room_at_the_left);

// What the numbers or names at the x axis need below the plot.
double tick_label_height(const Panel& panel, double plot_width, double room_at_the_left);

// The legend's rows of series, where the panel has one: several series in categories.
struct LegendItem {
  std::size_t series;
  double x;  // from the panel's left edge
};
std::vector<std::vector<LegendItem>> legend_rows(const Panel& panel, double width);

// Lines of text. The title is at most two lines, a label two, each note two.
std::vector<std::string> title_lines(const Panel& panel, double width);
std::vector<std::string> label_lines(const Axis& axis, double width);
std::vector<std::string> note_lines(const Panel& panel, double width);

// Ticks with labels that do not touch.
std::vector<Tick> x_ticks(const Scale& scale, double plot_width);
std::vector<Tick> y_ticks(const Scale& scale, double plot_height);

// The series' name, with a remark where nothing of it can be seen.
std::string name_of_line(const Panel& panel, const Series& series);
// The widest name that the margin at the right has room for, in a panel of that width.
double widest_name(double panel_width);

// The plans of all panels, in rows: plots are equally large and in line. `plot_height` is what a plot has.
std::vector<PanelPlan> plans_of(const std::vector<Panel>& panels, std::size_t in_a_row, double panel_width,
                                double plot_height, double top);

}  // namespace bnlab
