#include "bnlab/lab/figures/svg_plan.hpp"

#include <algorithm>

#include "bnlab/lab/figures/svg_style.hpp"
#include "bnlab/lab/figures/svg_text.hpp"

namespace bnlab {
namespace {

constexpr double kBetweenPanels = 28;                     // pixels, both ways
constexpr double kSlantCosine = 0.82, kSlantSine = 0.57;  // of 35 degrees
constexpr double kPixelsPerYTick = 40;

// Around a plot, in pixels.
struct Margins {
  double left = 0, top = 0, right = 0, bottom = 0;
};

double lines_height(std::size_t lines) { return kLineHeight * static_cast<double>(lines); }

double widest_label(const std::vector<Tick>& ticks) {
  double widest = 0;
  for (const Tick& tick : ticks) widest = std::max(widest, text_width(tick.label, kSmallSize));
  return widest;
}

// Room for the labels of y ticks at the left, and for names of lines, or half a label of an x tick, at the right.
void grow_sides(Margins& margins, const Panel& panel, double panel_width, double plot_height) {
  constexpr double kHalfALabel = 18;
  constexpr double kBeforeName = 32;  // the gap, a symbol, a gap
  if (const auto scale = y_scale(panel)) {
    margins.left = std::max(margins.left, widest_label(y_ticks(*scale, plot_height)) + 14);
  }
  margins.right = std::max(margins.right, kHalfALabel);
  if (has_categories(panel)) return;
  for (const Series& series : panel.series) {
    const double name = std::min(text_width(name_of_line(panel, series), kTextSize), widest_name(panel_width));
    margins.right = std::max(margins.right, kBeforeName + name);
  }
}

void grow_header(Margins& margins, const Panel& panel, double panel_width) {
  const std::size_t lines = title_lines(panel, panel_width).size() + label_lines(panel.y, panel_width).size() +
                            legend_rows(panel, panel_width).size();
  margins.top = std::max(margins.top, lines_height(lines) + 12);
}

void grow_footer(Margins& margins, const Panel& panel, double panel_width) {
  const double plot_width = panel_width - margins.left - margins.right;
  const double labels = tick_label_height(panel, plot_width, margins.left);
  const std::size_t lines = label_lines(panel.x, panel_width).size() + note_lines(panel, panel_width).size();
  margins.bottom = std::max(margins.bottom, labels + lines_height(lines) + 8);
}

bool fit_below(const std::vector<std::vector<std::string>>& names, double slot) {
  for (const std::vector<std::string>& lines : names) {
    for (const std::string& line : lines) {
      const bool cut = line.ends_with("…");
      if (cut || text_width(line, kSmallSize) > slot) return false;
    }
  }
  return true;
}

}  // namespace

std::string name_of_line(const Panel& panel, const Series& series) {
  const auto is_seen = [&panel](const Mark& mark) { return is_drawn(panel, mark) || is_beyond(panel, mark); };
  const bool has_values = std::any_of(series.marks.begin(), series.marks.end(), is_seen);
  return has_values ? series.name : series.name + " (no values)";
}

double widest_name(double panel_width) { return panel_width / 3; }

CategoryLabels category_labels(const Axis& axis, double plot_width, double room_at_the_left) {
  constexpr std::size_t kMostLines = 3;
  constexpr double kLongestSlanted = 130;
  const double slot = plot_width / static_cast<double>(axis.names.size());
  CategoryLabels labels;
  std::size_t most = 1;
  for (const std::string& name : axis.names) {
    labels.lines.push_back(lines_within(name, slot - 6, kSmallSize, kMostLines));
    most = std::max(most, labels.lines.back().size());
  }
  labels.height = lines_height(most) + 6;
  if (fit_below(labels.lines, slot)) return labels;

  labels.slanted = true;
  labels.lines.clear();
  double widest = 0;
  double room = (room_at_the_left + slot / 2) / kSlantCosine;  // of the first; a slot more for each next one
  for (const std::string& name : axis.names) {
    labels.lines.push_back(lines_within(name, std::min(kLongestSlanted, room), kSmallSize, 1));
    room += slot / kSlantCosine;
    for (const std::string& line : labels.lines.back()) widest = std::max(widest, text_width(line, kSmallSize));
  }
  labels.height = widest * kSlantSine + 22;
  return labels;
}

double tick_label_height(const Panel& panel, double plot_width, double room_at_the_left) {
  constexpr double kNumbers = 22;
  return has_categories(panel) ? category_labels(panel.x, plot_width, room_at_the_left).height : kNumbers;
}

std::vector<std::vector<LegendItem>> legend_rows(const Panel& panel, double width) {
  std::vector<std::vector<LegendItem>> rows;
  if (!has_categories(panel) || panel.series.size() < 2) return rows;
  constexpr double kSymbolAndGaps = 36;
  double x = 0;
  for (std::size_t k = 0; k < panel.series.size(); ++k) {
    const double size = std::min(text_width(panel.series[k].name, kTextSize), widest_name(width)) + kSymbolAndGaps;
    if (rows.empty() || x + size > width) {
      rows.emplace_back();
      x = 0;
    }
    rows.back().push_back({k, x});
    x += size;
  }
  return rows;
}

std::vector<std::string> title_lines(const Panel& panel, double width) {
  constexpr double kBold = 1.08;  // as wide as other letters
  return lines_within(panel.title, width, kTextSize * kBold, 2);
}

std::vector<std::string> label_lines(const Axis& axis, double width) {
  return lines_within(axis.label, width, kTextSize, 2);
}

std::vector<std::string> note_lines(const Panel& panel, double width) {
  std::vector<std::string> lines;
  for (const std::string& note : notes_of(panel)) {
    for (const std::string& line : lines_within(note, width, kSmallSize, 2)) lines.push_back(line);
  }
  return lines;
}

std::vector<Tick> x_ticks(const Scale& scale, double plot_width) {
  constexpr double kGap = 10;
  return ticks_apart(scale, plot_width, kGap, [](const std::string& label) { return text_width(label, kSmallSize); });
}

std::vector<Tick> y_ticks(const Scale& scale, double plot_height) {
  return scale.ticks(static_cast<std::size_t>(plot_height / kPixelsPerYTick));
}

std::vector<PanelPlan> plans_of(const std::vector<Panel>& panels, std::size_t in_a_row, double panel_width,
                                double plot_height, double top) {
  Margins margins;
  for (const Panel& panel : panels) grow_sides(margins, panel, panel_width, plot_height);
  for (const Panel& panel : panels) grow_header(margins, panel, panel_width);
  for (const Panel& panel : panels) grow_footer(margins, panel, panel_width);
  const double height = margins.top + plot_height + margins.bottom;

  std::vector<PanelPlan> plans;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const double left = static_cast<double>(i % in_a_row) * (panel_width + kBetweenPanels) + kBetweenPanels / 2;
    const double above = static_cast<double>(i / in_a_row) * (height + kBetweenPanels) + top;
    const Box outer = {left, above, left + panel_width, above + height};
    const Box plot = {left + margins.left, above + margins.top, outer.right - margins.right,
                      outer.bottom - margins.bottom};
    plans.push_back({panels[i], outer, plot, x_scale(panels[i]), y_scale(panels[i])});
  }
  return plans;
}

}  // namespace bnlab
