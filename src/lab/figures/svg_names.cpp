#include <algorithm>
#include <optional>

#include "bnlab/lab/figures/spread.hpp"
#include "bnlab/lab/figures/svg_panel.hpp"
#include "bnlab/lab/figures/svg_style.hpp"
#include "bnlab/lab/figures/svg_text.hpp"

namespace bnlab {
namespace {

constexpr double kNameHeight = 15;   // least distance of two names, in pixels
constexpr double kSymbolAfter = 16;  // the plot's right edge
constexpr double kNameAfter = 25;    // the plot's right edge

std::string fitted_name(const std::string& name, double panel_width) {
  const std::vector<std::string> lines = lines_within(name, widest_name(panel_width), kTextSize, 1);
  return lines.empty() ? "" : xml_text(lines[0]);
}

// A line's right end in pixels.
struct LineEnd {
  double x, y;
};

// Where the last mark of the series is that can be seen.
std::optional<LineEnd> end_of_line(const PanelPlan& plan, const Series& series) {
  for (std::size_t i = series.marks.size(); i-- > 0;) {
    const Mark& mark = series.marks[i];
    const bool is_seen = is_drawn(plan.panel, mark) || is_beyond(plan.panel, mark);
    if (is_seen) return LineEnd{plan.x_of(mark.x), plan.y_of(mark.y)};
  }
  return std::nullopt;
}

std::string name_svg(const PanelPlan& plan, std::size_t k, const std::optional<LineEnd>& end, double y) {
  const Box& plot = plan.plot;
  std::string svg = "<g class=\"" + colour_class(k) + "\">\n";
  if (end) svg += line_element(end->x, end->y, plot.right + kSymbolAfter, y, "leader");
  svg += symbol_element(k, plot.right + kSymbolAfter, y);
  const std::string name = fitted_name(name_of_line(plan.panel, plan.panel.series[k]), plan.outer.width());
  return svg + text_element(plot.right + kNameAfter, y + 4.5, "name", name) + "</g>\n";
}

}  // namespace

std::string names_at_the_right(const PanelPlan& plan) {
  std::vector<std::optional<LineEnd>> ends;
  std::vector<double> wanted;
  for (const Series& series : plan.panel.series) {
    ends.push_back(end_of_line(plan, series));
    wanted.push_back(ends.back() ? ends.back()->y : plan.plot.bottom);
  }
  const std::vector<double> places = spread(wanted, kNameHeight, plan.plot.top, plan.plot.bottom);
  std::string svg;
  for (std::size_t k = 0; k < places.size(); ++k) svg += name_svg(plan, k, ends[k], places[k]);
  return svg;
}

std::string legend(const PanelPlan& plan) {
  const double width = plan.outer.width();
  double y = plan.outer.top + 13 +
             kLineHeight *
                 static_cast<double>(title_lines(plan.panel, width).size() + label_lines(plan.panel.y, width).size());
  std::string svg;
  for (const std::vector<LegendItem>& row : legend_rows(plan.panel, width)) {
    for (const LegendItem& item : row) {
      const double x = plan.outer.left + item.x + 6;
      const std::string name = fitted_name(plan.panel.series[item.series].name, width);
      svg += "<g class=\"" + colour_class(item.series) + "\">\n" + symbol_element(item.series, x, y - 4.5) +
             text_element(x + 10, y, "name", name) + "</g>\n";
    }
    y += kLineHeight;
  }
  return svg;
}

}  // namespace bnlab
