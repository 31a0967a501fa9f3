#include "bnlab/lab/figures/svg.hpp"

#include <algorithm>

#include "bnlab/lab/figures/svg_panel.hpp"
#include "bnlab/lab/figures/svg_style.hpp"
#include "bnlab/lab/figures/svg_text.hpp"

namespace bnlab {
namespace {

constexpr double kAround = 14;  // the figure's margin in pixels

// How a figure lays out its panels. Sizes in pixels.
struct FigureGrid {
  std::size_t in_a_row;
  double panel_width, plot_height;
};

FigureGrid grid_for(std::size_t panels) {
  if (panels <= 1) return {1, 720, 330};
  if (panels == 2 || panels == 4) return {2, 440, 250};
  return {3, 340, 210};
}

std::string heading_svg(const std::vector<std::string>& lines) {
  std::string svg;
  double y = kAround + kHeadingSize - 3;
  for (const std::string& line : lines) {
    svg += text_element(kAround, y, "heading", xml_text(line));
    y += kHeadingSize + 4;
  }
  return svg;
}

std::string group(const std::string& css_class, const std::string& title, const std::string& content) {
  const std::string title_element = title.empty() ? "" : "<title>" + xml_text(title) + "</title>\n";
  return "<g class=\"" + css_class + "\">\n" + title_element + content + "</g>\n";
}

std::string panel_content(const PanelPlan& plan) {
  std::string svg = panel_axes(plan);
  const std::vector<Series>& series = plan.panel.series;
  for (std::size_t k = 0; k < series.size(); ++k) {
    const std::string band = series_band(plan, k);
    if (!band.empty()) svg += group(colour_class(k), series[k].name, band);
  }
  svg += has_categories(plan.panel) ? legend(plan) : names_at_the_right(plan);
  // The first series, which is often the baseline, lies below the others.
  for (std::size_t k = 0; k < series.size(); ++k) svg += group(colour_class(k), series[k].name, series_marks(plan, k));
  return svg;
}

std::string panel_svg(const PanelPlan& plan) {
  const Box& plot = plan.plot;
  const std::string no_values =
      text_element((plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2, "soft middle", "no values");
  return group("panel", plan.panel.title, panel_texts(plan) + (plan.x ? panel_content(plan) : no_values));
}

// The root element with what is read aloud in the picture's place.
std::string opening(const Figure& figure, double width, double height) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"bnlab-figure\" role=\"img\" width=\"" + coordinate(width) +
         "\" height=\"" + coordinate(height) + "\" viewBox=\"0 0 " + coordinate(width) + " " + coordinate(height) +
         "\">\n<title>" + xml_text(figure.title) + "</title>\n<desc>" + xml_text(figure.description) + "</desc>\n" +
         style_element();
}

}  // namespace

std::string svg_of(const Figure& figure) {
  const FigureGrid grid = grid_for(figure.panels.size());
  const double width =
      static_cast<double>(grid.in_a_row) * (grid.panel_width + 2 * kAround);  // half of what is between panels, twice
  const std::vector<std::string> heading = lines_within(figure.title, width - 2 * kAround, kHeadingSize * 1.08, 2);
  const double top = kAround + static_cast<double>(heading.size()) * (kHeadingSize + 4) + (heading.empty() ? 0 : 6);
  const std::vector<PanelPlan> plans = plans_of(figure.panels, grid.in_a_row, grid.panel_width, grid.plot_height, top);

  double bottom = top;
  std::string panels;
  for (const PanelPlan& plan : plans) {
    bottom = std::max(bottom, plan.outer.bottom);
    panels += panel_svg(plan);
  }
  const double height = bottom + kAround;
  const std::string background =
      "<rect class=\"paper\" width=\"" + coordinate(width) + "\" height=\"" + coordinate(height) + "\"/>\n";
  return opening(figure, width, height) + background + heading_svg(heading) + panels + "</svg>\n";
}

}  // namespace bnlab
