#include <algorithm>

#include "bnlab/lab/figures/svg_panel.hpp"
#include "bnlab/lab/figures/svg_style.hpp"
#include "bnlab/lab/figures/svg_text.hpp"

namespace bnlab {
namespace {

// With more marks than this a line has a band for its intervals, few symbols and no seeds.
constexpr std::size_t kFewMarks = 12;
constexpr std::size_t kSymbolsOnALongLine = 8;

bool is_long(const PanelPlan& plan, const Series& series) {
  return !has_categories(plan.panel) && series.marks.size() > kFewMarks;
}

bool has_interval(const Mark& mark) { return !std::isnan(mark.low) && !std::isnan(mark.high); }

// Neighbouring marks for which `holds` is true: from `begin` on, to the one before `end`.
struct MarkRun {
  std::size_t begin, end;
  std::size_t size() const { return end - begin; }
};

template <class Condition>
std::vector<MarkRun> runs_of(const std::vector<Mark>& marks, Condition holds) {
  std::vector<MarkRun> runs;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!holds(marks[i])) continue;
    const bool goes_on = !runs.empty() && runs.back().end == i;
    if (goes_on) {
      ++runs.back().end;
    } else {
      runs.push_back({i, i + 1});
    }
  }
  return runs;
}

std::string point_text(double x, double y) { return coordinate(x) + " " + coordinate(y); }

// "M1 2L3 4L5 6": a path through points
class PathThrough {
 public:
  void to(double x, double y) { text_ += (text_.empty() ? "M" : "L") + point_text(x, y); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string band_svg(const PanelPlan& plan, const Series& series, const MarkRun& run) {
  PathThrough path;
  for (std::size_t i = run.begin; i < run.end; ++i)
    path.to(plan.x_of(series.marks[i].x), plan.y_of(series.marks[i].high));
  for (std::size_t i = run.end; i-- > run.begin;) path.to(plan.x_of(series.marks[i].x), plan.y_of(series.marks[i].low));
  return "<path class=\"band\" d=\"" + path.text() + "Z\"/>\n";
}

std::string line_svg(const PanelPlan& plan, std::size_t k, const MarkRun& run) {
  PathThrough path;
  for (std::size_t i = run.begin; i < run.end; ++i) {
    const Mark& mark = plan.panel.series[k].marks[i];
    path.to(plan.x_of(mark.x), plan.y_of(mark.y));
  }
  return "<path class=\"line\"" + dash_attribute(k) + " d=\"" + path.text() + "\"/>\n";
}

// From low to high, with a cap at each end that is not cut off by the axis.
std::string bar_svg(const PanelPlan& plan, double x, const Mark& mark) {
  constexpr double kHalfCap = 5;
  std::string svg = line_element(x, plan.y_of(mark.low), x, plan.y_of(mark.high), "bar");
  for (const double end : {mark.low, mark.high}) {
    if (!has_place(plan.panel.y, end)) continue;
    svg += line_element(x - kHalfCap, plan.y_of(end), x + kHalfCap, plan.y_of(end), "bar");
  }
  return svg;
}

std::string seeds_svg(const PanelPlan& plan, double x, const Mark& mark) {
  std::string svg;
  for (const double value : mark.each) {
    if (!has_place(plan.panel.y, value)) continue;
    svg +=
        "<circle class=\"seed\" cx=\"" + coordinate(x) + "\" cy=\"" + coordinate(plan.y_of(value)) + "\" r=\"2\"/>\n";
  }
  return svg;
}

// An arrow whose head touches the edge of the plot.
std::string arrow_svg(const PanelPlan& plan, double x, bool upwards) {
  const double y = upwards ? plan.plot.top : plan.plot.bottom;
  return "<path class=\"strokes\" d=\"M" + point_text(x, y) +
         (upwards ? "l-5 6m5 -6l5 6m-5 -6v15" : "l-5 -6m5 6l5 -6m-5 6v-15") + "\"/>\n";
}

// Of a long line every n-th mark has a symbol, at other places for each series; a mark that stands alone has one, too.
std::string symbols_svg(const PanelPlan& plan, std::size_t k, const MarkRun& run) {
  const Series& series = plan.panel.series[k];
  const std::size_t every = is_long(plan, series) ? series.marks.size() / kSymbolsOnALongLine : 1;
  const std::size_t first = every * k / plan.panel.series.size();
  std::string svg;
  for (std::size_t i = run.begin; i < run.end; ++i) {
    if (run.size() > 1 && i % every != first) continue;
    svg += symbol_element(k, mark_x(plan, k, series.marks[i]), plan.y_of(series.marks[i].y));
  }
  return svg;
}

// How far categories' neighbouring series are apart.
double dodge_step(const PanelPlan& plan) {
  constexpr double kWidest = 30;
  constexpr double kUsed = 0.75;  // of the category's width
  const double slot = plan.plot.width() / static_cast<double>(plan.panel.x.names.size());
  return std::min(kWidest, kUsed * slot / static_cast<double>(plan.panel.series.size()));
}

// Seeds stand beside their interval, or on it where categories leave no room for that. On a numeric axis few series have
// a column each.
double seeds_x(const PanelPlan& plan, std::size_t series, double x) {
  constexpr double kBeside = 8, kColumn = 4;
  if (has_categories(plan.panel)) return dodge_step(plan) > 2 * kBeside ? x + kBeside : x;
  const std::size_t column = plan.panel.series.size() <= 3 ? series : 0;
  return x + kBeside + kColumn * static_cast<double>(column);
}

}  // namespace

double mark_x(const PanelPlan& plan, std::size_t series, const Mark& mark) {
  const double x = plan.x_of(mark.x);
  if (!has_categories(plan.panel)) return x;
  const double middle = static_cast<double>(plan.panel.series.size() - 1) / 2;
  return x + (static_cast<double>(series) - middle) * dodge_step(plan);
}

std::string series_band(const PanelPlan& plan, std::size_t k) {
  const Series& series = plan.panel.series[k];
  if (!is_long(plan, series)) return "";
  const auto in_band = [&plan](const Mark& mark) { return is_drawn(plan.panel, mark) && has_interval(mark); };
  std::string svg;
  for (const MarkRun& run : runs_of(series.marks, in_band)) svg += band_svg(plan, series, run);
  return svg;
}

std::string series_marks(const PanelPlan& plan, std::size_t k) {
  const Series& series = plan.panel.series[k];
  const std::vector<MarkRun> runs = runs_of(series.marks, [&plan](const Mark& m) { return is_drawn(plan.panel, m); });
  std::string seeds, lines, bars, symbols;
  for (const MarkRun& run : runs) {
    if (!has_categories(plan.panel) && run.size() > 1) lines += line_svg(plan, k, run);
    symbols += symbols_svg(plan, k, run);
  }
  for (const Mark& mark : series.marks) {
    const double x = has_place(plan.panel.x, mark.x) ? mark_x(plan, k, mark) : 0;
    if (is_beyond(plan.panel, mark)) symbols += arrow_svg(plan, x, mark.y > 0);
    if (!is_drawn(plan.panel, mark) || is_long(plan, series)) continue;
    seeds += seeds_svg(plan, seeds_x(plan, k, x), mark);
    if (has_interval(mark)) bars += bar_svg(plan, x, mark);
  }
  return lines + seeds + symbols + bars;
}

}  // namespace bnlab
