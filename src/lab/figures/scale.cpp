#include "bnlab/lab/figures/scale.hpp"

#include <algorithm>

#include "bnlab/core/text.hpp"

namespace bnlab {
namespace {

constexpr double kMargin = 0.04;        // of the values' range, on each side
constexpr double kGreatest = 1e100;     // differences and quotients of smaller values are finite
constexpr double kSameRelative = 1e-9;  // values that differ by less than this part of themselves are drawn as equal
constexpr double kAroundOneOnLog = 4;   // equal values on a log axis: from a quarter to four times

struct Extremes {
  double low = HUGE_VAL;
  double high = -HUGE_VAL;

  void include(const Axis& axis, double value) {
    if (!has_place(axis, value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool are_there() const { return low <= high; }
};

Scale linear_scale(const Extremes& of) {
  const double size = std::max(std::abs(of.low), std::abs(of.high));
  const bool equal = of.high - of.low <= kSameRelative * size;
  const double around_equal = size > 0 ? size / 10 : 1;
  const double margin = equal ? around_equal : kMargin * (of.high - of.low);
  const double low = of.low - margin;
  return {false, of.low >= 0 ? std::max(low, 0.0) : low, of.high + margin};
}

Scale log_scale(const Extremes& of) {
  const bool equal = of.high - of.low <= kSameRelative * of.high;
  const double factor = equal ? kAroundOneOnLog : std::pow(of.high / of.low, kMargin);
  return {true, of.low / factor, of.high * factor};
}

std::optional<Scale> scale_around(const Axis& axis, const Extremes& values) {
  if (!values.are_there()) return std::nullopt;
  return axis.log ? log_scale(values) : linear_scale(values);
}

using LabelWidth = std::function<double(const std::string&)>;

bool are_apart(const std::vector<Tick>& ticks, const Scale& scale, double length, double gap, const LabelWidth& width) {
  double end_of_last = -HUGE_VAL;
  for (const Tick& tick : ticks) {
    if (tick.label.empty()) continue;
    const double middle = scale.part(tick.value) * length;
    const double half = width(tick.label) / 2;
    if (middle - half < end_of_last + gap) return false;
    end_of_last = middle + half;
  }
  return true;
}

// "1 value", "2 values"
std::string values_in_words(std::size_t count) { return std::to_string(count) + (count == 1 ? " value" : " values"); }

// Values by the reason for which they have no place.
struct LeftOut {
  std::size_t not_positive = 0;
  std::size_t other = 0;
  std::size_t infinite = 0;  // these are arrows

  void look_at(const Axis& axis, double value) {
    if (has_place(axis, value)) return;
    if (axis.log && value <= 0) {
      ++not_positive;
    } else {
      ++other;
    }
  }
};

LeftOut left_out_of(const Panel& panel) {
  LeftOut found;
  for (const Series& series : panel.series) {
    for (const Mark& mark : series.marks) {
      if (is_beyond(panel, mark)) {
        ++found.infinite;
      } else if (!has_place(panel.x, mark.x)) {
        found.look_at(panel.x, mark.x);
      } else {
        found.look_at(panel.y, mark.y);
      }
      for (const double value : mark.each) found.look_at(panel.y, value);
    }
  }
  return found;
}

}  // namespace

double Scale::part(double value) const {
  if (log && value <= 0) return 0;
  const double part = log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return std::clamp(part, 0.0, 1.0);
}

std::vector<Tick> Scale::ticks(std::size_t most) const {
  return log ? log_ticks(low, high, most) : linear_ticks(low, high, most);
}

std::vector<Tick> ticks_apart(const Scale& scale, double length, double gap, const LabelWidth& width) {
  constexpr std::size_t kMost = 8, kLeast = 3;
  for (std::size_t most = kMost; most > kLeast; --most) {
    const std::vector<Tick> ticks = scale.ticks(most);
    if (are_apart(ticks, scale, length, gap, width)) return ticks;
  }
  return scale.ticks(kLeast);
}

bool has_place(const Axis& axis, double value) {
  if (!std::isfinite(value) || std::abs(value) > kGreatest) return false;
  if (!axis.names.empty()) return value > -0.5 && value < static_cast<double>(axis.names.size()) - 0.5;
  return !axis.log || value > 1 / kGreatest;
}

bool is_drawn(const Panel& panel, const Mark& mark) { return has_place(panel.x, mark.x) && has_place(panel.y, mark.y); }

bool is_beyond(const Panel& panel, const Mark& mark) {
  const bool has_an_edge = mark.y > 0 || !panel.y.log;
  return has_place(panel.x, mark.x) && std::isinf(mark.y) && has_an_edge;
}

std::optional<Scale> x_scale(const Panel& panel) {
  if (!y_scale(panel)) return std::nullopt;
  if (!panel.x.names.empty()) return Scale{false, -0.5, static_cast<double>(panel.x.names.size()) - 0.5};
  Extremes values;
  for (const Series& series : panel.series) {
    for (const Mark& mark : series.marks) {
      if (is_drawn(panel, mark) || is_beyond(panel, mark)) values.include(panel.x, mark.x);
    }
  }
  return scale_around(panel.x, values);
}

std::optional<Scale> y_scale(const Panel& panel) {
  Extremes values;
  for (const Series& series : panel.series) {
    for (const Mark& mark : series.marks) {
      if (!is_drawn(panel, mark)) continue;
      for (const double value : {mark.y, mark.low, mark.high}) values.include(panel.y, value);
      for (const double value : mark.each) values.include(panel.y, value);
    }
  }
  return scale_around(panel.y, values);
}

std::vector<std::string> notes_of(const Panel& panel) {
  const LeftOut found = left_out_of(panel);
  std::vector<std::string> notes;
  if (found.infinite > 0) notes.push_back("Arrow: " + values_in_words(found.infinite) + " beyond the axis (infinite).");
  if (found.other > 0) notes.push_back("Left out: " + values_in_words(found.other) + ", not a number or infinite.");
  if (found.not_positive > 0) {
    notes.push_back("Left out: " + values_in_words(found.not_positive) + " of 0 or less, on a log axis.");
  }
  return notes;
}

}  // namespace bnlab
