#include "bnlab/lab/trials/experiment_panels.hpp"

#include <algorithm>
#include <set>

#include "bnlab/lab/trials/answer.hpp"

namespace bnlab {

Mark mark_of(double x, const std::vector<double>& values) {
  const Estimate mean = estimate(values);
  Mark mark;
  mark.x = x;
  mark.y = mean.mean;
  if (mean.count > 1) {
    mark.low = mean.low;
    mark.high = mean.high;
    mark.each = values;
  }
  return mark;
}

static bool is_numeric(const std::vector<Point>& sweep) {
  std::set<double> places;
  for (const Point& point : sweep) places.insert(point.x);
  return places.size() == sweep.size() && sweep.size() > 1;
}

Panel sweep_panel(const Results& results, const std::string& measure, RateKind kind, bool log_x, bool log_y) {
  const Experiment& experiment = results.experiment();
  const bool numeric = is_numeric(experiment.sweep);
  Panel panel;
  panel.title = measure_title(measure);
  panel.x = {.label = experiment.varied, .log = numeric && log_x, .names = {}};
  panel.y = {.label = measure_axis(measure), .log = log_y, .names = {}};
  for (const Point& point : experiment.sweep) {
    if (!numeric) panel.x.names.push_back(point.name);
  }
  for (const Arm& arm : experiment.arms) {
    Series series{.name = arm.name, .marks = {}};
    for (std::size_t p = 0; p < experiment.sweep.size(); ++p) {
      const Point& point = experiment.sweep[p];
      const Which which{arm.name, point.name, kind};
      if (!results.has(which, measure)) continue;
      series.marks.push_back(mark_of(numeric ? point.x : static_cast<double>(p), results.values(which, measure)));
    }
    if (!series.marks.empty()) panel.series.push_back(series);
  }
  return panel;
}

Panel arms_panel(const Results& results, const std::vector<std::string>& measures, const std::string& point,
                 RateKind kind) {
  const Experiment& experiment = results.experiment();
  Panel panel;
  panel.title = point;
  panel.y.label = measure_axis(measures.front());
  std::vector<std::string> arms;
  for (const Arm& arm : experiment.arms) {
    if (results.has({arm.name, point, kind}, measures.front())) arms.push_back(arm.name);
  }
  panel.x.names = arms;
  for (const std::string& measure : measures) {
    Series series{.name = measure_title(measure), .marks = {}};
    for (std::size_t a = 0; a < arms.size(); ++a) {
      const Which which{arms[a], point, kind};
      if (!results.has(which, measure)) continue;
      series.marks.push_back(mark_of(static_cast<double>(a), results.values(which, measure)));
    }
    panel.series.push_back(series);
  }
  return panel;
}

// The number of its values in a run that did not diverge: those of one that did end early.
static std::size_t longest_curve(const Results& results, const std::string& curve, const std::string& point,
                                 RateKind kind) {
  std::size_t longest = 0;
  for (const Arm& arm : results.experiment().arms) {
    for (const Record* run : results.runs({arm.name, point, kind})) {
      longest = std::max(longest, run->measured.curves.at(curve).size());
    }
  }
  return longest;
}

Panel curve_panel(const Results& results, const std::string& curve, const std::string& point, RateKind kind,
                  const std::string& title, double last_x, const std::string& x_label) {
  Panel panel;
  panel.title = title;
  panel.x.label = x_label;
  panel.y.label = measure_axis(curve);
  const std::size_t parts = longest_curve(results, curve, point, kind);
  for (const Arm& arm : results.experiment().arms) {
    const std::vector<const Record*> runs = results.runs({arm.name, point, kind});
    if (runs.empty()) continue;
    Series series{.name = arm.name, .marks = {}};
    for (std::size_t i = 0; i < parts; ++i) {
      std::vector<double> values;
      for (const Record* run : runs) {
        const std::vector<double>& of_run = run->measured.curves.at(curve);
        if (i < of_run.size()) values.push_back(of_run[i]);
      }
      if (values.empty()) break;  // all of them have ended
      Mark mark = mark_of((static_cast<double>(i) + 0.5) / static_cast<double>(parts) * last_x, values);
      mark.each.clear();
      series.marks.push_back(mark);
    }
    panel.series.push_back(series);
  }
  return panel;
}

Panel rates_panel(const Results& results, const std::string& point, const std::string& title) {
  const Experiment& experiment = results.experiment();
  Panel panel;
  panel.title = title;
  panel.x = {.label = "learning rate", .log = true, .names = {}};
  panel.y.label = measure_axis(experiment.chosen_by);
  for (const Arm& arm : experiment.arms) {
    Series series{.name = arm.name, .marks = {}};
    for (const double lr : results.rates_tried(arm.name, point)) {
      series.marks.push_back(mark_of(lr, results.tuning_values(arm.name, point, lr)));
    }
    if (!series.marks.empty()) panel.series.push_back(series);
  }
  return panel;
}

}  // namespace bnlab
