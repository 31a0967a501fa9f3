// The charts that most experiments are drawn with, made from their results.
#pragma once

#include "bnlab/lab/trials/results.hpp"

namespace bnlab {

// Mean and interval of these values, with each of them. A single value has no interval.
Mark mark_of(double x, const std::vector<double>& values);

// A measure over the values of the sweep: a series for each arm. Numeric where `log` or the points have different x,
// otherwise each point is a category with its name.
Panel sweep_panel(const Results& results, const std::string& measure, RateKind kind, bool log_x, bool log_y = false);

// A measure of every arm at one point, beside each other; one series for each of several measures, such as the three
// accuracies.
Panel arms_panel(const Results& results, const std::vector<std::string>& measures, const std::string& point,
                 RateKind kind);

// Curves over the steps at one point: mean and interval over the seeds. The curve of a run that diverged may end early;
// from there on they are those of the other runs.
Panel curve_panel(const Results& results, const std::string& curve, const std::string& point, RateKind kind,
                  const std::string& title, double last_x, const std::string& x_label);

// The measure by which learning rates were chosen against the rates, from the runs that are not reported.
Panel rates_panel(const Results& results, const std::string& point, const std::string& title);

}  // namespace bnlab
