// Where a panel's values lie along its axes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bnlab/lab/figures/figure.hpp"
#include "bnlab/lab/figures/ticks.hpp"

namespace bnlab {

// An axis from `low` to `high`, low < high; both positive where it is logarithmic.
struct Scale {
  bool log = false;
  double low = 0;
  double high = 1;

  // The part of the axis that lies below the value: 0 at its low end, 1 at its high end. What lies beyond, as what is
  // infinite, or not positive on a logarithmic axis, is at the end.
  double part(double value) const;
  // On a logarithmic axis log_ticks, else linear_ticks.
  std::vector<Tick> ticks(std::size_t most) const;
};

// As many ticks, at most about 8, as have labels at least `gap` apart on an axis of that length; `width` is that of a
// label. All three in pixels, or in characters.
std::vector<Tick> ticks_apart(const Scale& scale, double length, double gap,
                              const std::function<double(const std::string&)>& width);

// Whether the axis has a place for the value: it is finite (and not so great that a difference is not), positive on a
// logarithmic axis, and the number of a category where the axis has those.
bool has_place(const Axis& axis, double value);

// Both values have their place, so that the mark can be drawn.
bool is_drawn(const Panel& panel, const Mark& mark);
// An arrow at the edge: y is infinite, as the loss of a run that diverged.
bool is_beyond(const Panel& panel, const Mark& mark);

// Around all x of the panel's marks that are drawn, with a margin of a 25th on both sides; around all y, intervals and seeds.
// An axis of values that are not negative does not begin below 0. Categories: from -1/2 to their number less 1/2. Nothing
// where no mark can be drawn.
std::optional<Scale> x_scale(const Panel& panel);
std::optional<Scale> y_scale(const Panel& panel);

// What a reader should know of values that are not where the others are: one line for each reason.
std::vector<std::string> notes_of(const Panel& panel);

}  // namespace bnlab
