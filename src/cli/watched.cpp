#include "bnlab/cli/watched.hpp"

#include <algorithm>

#include "bnlab/cli/result_line.hpp"
#include "bnlab/lab/figures/chart.hpp"
#include "bnlab/train/watch_file.hpp"

namespace bnlab {
namespace {

std::string network_name(const Run& run) { return model_name(run.settings.architecture); }

Curve curve_of(const Run& run, const Watched& watched, double LayerStatistics::*value, char mark,
               const std::string& colour) {
  Curve curve{.name = network_name(run), .mark = mark, .colour = colour, .values = {}};
  for (const std::vector<LayerStatistics>& layers : watched.looks) curve.values.push_back(layers[0].*value);
  return curve;
}

// That of the first layer, against the step.
std::string chart_of(const std::string& title, double LayerStatistics::*value, const RunPair& pair,
                     const WatchedPair& watched, const Terminal& terminal) {
  constexpr int kYellow = 33;
  constexpr int kCyan = 36;
  constexpr std::size_t kWidth = 64;
  constexpr std::size_t kHeight = 7;
  std::size_t last_step = 0;
  for (const Watched& one : watched) {
    if (!one.steps.empty()) last_step = std::max(last_step, one.steps.back());
  }
  if (last_step == 0) return "";  // a single look is no curve
  return draw_chart(title,
                    {curve_of(pair[0], watched[0], value, 'o', terminal.colour_code(kYellow)),
                     curve_of(pair[1], watched[1], value, 'x', terminal.colour_code(kCyan))},
                    0, static_cast<double>(last_step), "step", kWidth, kHeight);
}

}  // namespace

TrainObserver watch_too(const TrainObserver& observer, const Network& network, const Watch& watch, Watched& seen) {
  const auto look = [&network, &watch, &seen](std::size_t step) {
    if (!watch.is_due(step)) return;
    seen.steps.push_back(step);
    seen.looks.push_back(layer_statistics(network, watch.probe));
  };
  look(0);
  TrainObserver both = observer;
  both.on_step = [look, first = observer.on_step](const StepResult& step) {
    look(step.step);
    if (first) first(step);
  };
  return both;
}

std::string watched_csv(const RunPair& pair, const WatchedPair& watched) {
  std::string csv = "network," + watch_header();
  for (std::size_t i = 0; i < pair.size(); ++i) {
    for (std::size_t k = 0; k < watched[i].steps.size(); ++k) {
      csv += watch_rows(watched[i].steps[k], watched[i].looks[k], network_name(pair[i]) + ",");
    }
  }
  return csv;
}

std::string watch_charts(const RunPair& pair, const WatchedPair& watched, const Terminal& terminal) {
  const std::string inputs =
      chart_of("deviation of the inputs to the first activation", &LayerStatistics::deviation, pair, watched, terminal);
  const std::string gradients = chart_of("norm of the gradient of the first layer's weights",
                                         &LayerStatistics::gradient_norm, pair, watched, terminal);
  return inputs.empty() || gradients.empty() ? inputs + gradients : inputs + "\n" + gradients;
}

}  // namespace bnlab
