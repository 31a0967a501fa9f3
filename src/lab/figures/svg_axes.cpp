#include "bnlab/lab/figures/svg_panel.hpp"
#include "bnlab/lab/figures/svg_style.hpp"
#include "bnlab/lab/figures/svg_text.hpp"

namespace bnlab {
namespace {

constexpr double kMajorTick = 5, kMinorTick = 3;  // lengths in pixels

// Lines of text below each other, the first with its baseline at y. Moves y to the baseline after the last.
std::string text_block(double x, double& y, const std::string& css_class, const std::vector<std::string>& lines) {
  std::string svg;
  for (const std::string& line : lines) {
    svg += text_element(x, y, css_class, xml_text(line));
    y += kLineHeight;
  }
  return svg;
}

std::string y_axis_svg(const PanelPlan& plan) {
  const Box& plot = plan.plot;
  std::string svg;
  for (const Tick& tick : y_ticks(*plan.y, plot.height())) {
    const double y = plan.y_of(tick.value);
    if (tick.label.empty()) {
      svg += line_element(plot.left - kMinorTick, y, plot.left, y, "axis");
      continue;
    }
    svg += line_element(plot.left, y, plot.right, y, "grid");
    svg += line_element(plot.left - kMajorTick, y, plot.left, y, "axis");
    svg += text_element(plot.left - 9, y + 4, "tick end", tick_markup(tick.label));
  }
  return svg;
}

std::string x_axis_svg(const PanelPlan& plan) {
  const Box& plot = plan.plot;
  std::string svg;
  for (const Tick& tick : x_ticks(*plan.x, plot.width())) {
    const double x = plan.x_of(tick.value);
    const double length = tick.label.empty() ? kMinorTick : kMajorTick;
    svg += line_element(x, plot.bottom, x, plot.bottom + length, "axis");
    if (!tick.label.empty()) svg += text_element(x, plot.bottom + 18, "tick middle", tick_markup(tick.label));
  }
  return svg;
}

// Text that ends at x and y, rising to it.
std::string slanted_text(double x, double y, const std::string& text) {
  return "<text class=\"tick end\" transform=\"translate(" + coordinate(x) + " " + coordinate(y) + ") rotate(-35)\">" +
         xml_text(text) + "</text>\n";
}

std::string categories_svg(const PanelPlan& plan) {
  const Box& plot = plan.plot;
  const CategoryLabels labels = category_labels(plan.panel.x, plot.width(), plot.left - plan.outer.left);
  std::string svg;
  for (std::size_t i = 0; i < labels.lines.size(); ++i) {
    const double x = plan.x_of(static_cast<double>(i));
    double y = plot.bottom + 17;
    if (labels.slanted) {
      for (const std::string& line : labels.lines[i]) svg += slanted_text(x + 4, y - 2, line);
    } else {
      svg += text_block(x, y, "tick middle", labels.lines[i]);
    }
  }
  return svg;
}

}  // namespace

std::string panel_texts(const PanelPlan& plan) {
  const double width = plan.outer.width();
  double y = plan.outer.top + 13;
  std::string svg = text_block(plan.outer.left, y, "title", title_lines(plan.panel, width));
  svg += text_block(plan.outer.left, y, "soft", label_lines(plan.panel.y, width));

  const std::vector<std::string> x_label = label_lines(plan.panel.x, width);
  const std::vector<std::string> notes = note_lines(plan.panel, width);
  y = plan.plot.bottom + tick_label_height(plan.panel, plan.plot.width(), plan.plot.left - plan.outer.left) + 14;
  const bool fits_below_plot = !x_label.empty() && text_width(x_label[0], kTextSize) < plan.plot.width();
  const double middle =
      fits_below_plot ? (plan.plot.left + plan.plot.right) / 2 : (plan.outer.left + plan.outer.right) / 2;
  svg += text_block(middle, y, "soft middle", x_label);
  svg += text_block(plan.outer.left, y, "note", notes);
  return svg;
}

std::string panel_axes(const PanelPlan& plan) {
  const Box& plot = plan.plot;
  std::string svg = y_axis_svg(plan) + (has_categories(plan.panel) ? categories_svg(plan) : x_axis_svg(plan));
  svg += line_element(plot.left, plot.bottom, plot.right, plot.bottom, "axis");
  svg += line_element(plot.left, plot.top, plot.left, plot.bottom, "axis");
  return svg;
}

}  // namespace bnlab
