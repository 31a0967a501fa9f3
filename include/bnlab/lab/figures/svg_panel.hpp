// The parts of a panel as SVG, each in a file of its own.
#pragma once

#include <string>

#include "bnlab/lab/figures/svg_plan.hpp"

namespace bnlab {

// Title, labels of the axes, notes (svg_axes.cpp).
std::string panel_texts(const PanelPlan& plan);
// Lines, ticks and numbers of both axes, or the names of categories (svg_axes.cpp).
std::string panel_axes(const PanelPlan& plan);

// Where the mark of a series is drawn: on a numeric axis at its x; of a category the series stand side by side
// (svg_marks.cpp).
double mark_x(const PanelPlan& plan, std::size_t series, const Mark& mark);
// All that lies behind the lines: the bands of intervals (svg_marks.cpp).
std::string series_band(const PanelPlan& plan, std::size_t series);
// Line, intervals, seeds and symbols (svg_marks.cpp).
std::string series_marks(const PanelPlan& plan, std::size_t series);

// The names of lines at their right ends (svg_names.cpp).
std::string names_at_the_right(const PanelPlan& plan);
// Or above the plot (svg_names.cpp).
std::string legend(const PanelPlan& plan);

}  // namespace bnlab
