// A figure as data: what is to be seen, not how. The two renderings are svg_of (lab/figures/svg.hpp) for a page and
// terminal_chart (lab/figures/terminal_chart.hpp) for the terminal.
//
//   Figure figure;
//   figure.title = "Loss against learning rate";
//   figure.description = "The loss of batch normalization stays below 0.5 over three decades of learning rates.";
//   Panel& panel = figure.panels.emplace_back();
//   panel.x = {"learning rate", true};  // logarithmic
//   panel.y = {"training loss, nats"};
//   panel.series.push_back({"batchnorm", {{0.01, 0.60, 0.55, 0.65, {0.58, 0.62}}, {0.1, 0.31, 0.28, 0.34, {0.30, 0.32}}}});
#pragma once

#include <cmath>
#include <string>
#include <vector>

namespace bnlab {

// One measured point. A value that is not finite has no place: the point is left out, or the interval alone.
struct Mark {
  double x = 0;
  double y = 0;                   // the mean over seeds
  double low = NAN, high = NAN;   // the ends of its 95 % interval; NAN: none is known
  std::vector<double> each = {};  // each seed's value
};

// What one arm of an experiment did. The series' place in its panel decides colour, dash and symbol, so that one arm looks
// the same in all panels which list the arms in the same order.
struct Series {
  std::string name;
  std::vector<Mark> marks;  // joined in this order by a line, on a numeric axis
};

struct Axis {
  std::string label;                    // with its unit: "training loss, nats"
  bool log = false;                     // values that are not positive have no place on it
  std::vector<std::string> names = {};  // of categories at 0, 1, 2, …; empty: the axis is numeric
};

// One pair of axes. Categories are on the x axis.
struct Panel {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
};

struct Figure {
  std::string title;
  std::string description;  // says in words what there is to be seen, for those who cannot see it
  std::vector<Panel> panels;
};

}  // namespace bnlab
