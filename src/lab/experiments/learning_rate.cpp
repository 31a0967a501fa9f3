// Does batch normalization allow higher learning rates?
//
// "Usable" is defined before the runs: the loss of the last tenth of the steps is below half of that of guessing. A loss
// that is only finite would flatter batch normalization, which at very high rates stays finite and learns nothing.
#include <algorithm>
#include <cmath>

#include "bnlab/lab/trials/answer.hpp"
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

const std::vector<std::size_t> kDepths = {2, 4};

std::string with_depth(const std::string& arm, std::size_t depth) { return arm + format(" (%zu layers)", depth); }

struct Highest {
  std::vector<double> rates;  // for each seed log10 of it; where no rate is usable, that of one step below the grid
  bool at_edge = false;       // of some seed it is the highest of the grid: a higher one might be usable, too
  bool any = false;           // some seed has a usable rate
  std::size_t none = 0;       // seeds without one
};

// log10 of the rate below the lowest of the grid: what counts where none is usable.
double below_the_grid(const std::vector<Point>& sweep) { return std::log10(sweep[0].x * sweep[0].x / sweep[1].x); }

Highest highest_usable(const Results& r, const std::string& arm) {
  const double guessing = loss_of_guessing(r.classes());
  const std::vector<Point>& sweep = r.experiment().sweep;
  Highest highest;
  for (std::size_t p = 0; p < sweep.size(); ++p) {
    const std::vector<double> losses = r.values({arm, sweep[p].name}, "final_loss");
    highest.rates.resize(losses.size(), below_the_grid(sweep));
    for (std::size_t s = 0; s < losses.size(); ++s) {
      if (losses[s] >= guessing / 2) continue;
      highest.rates[s] = std::log10(sweep[p].x);
      highest.any = true;
      highest.at_edge = highest.at_edge || p + 1 == sweep.size();
    }
  }
  const double none = below_the_grid(sweep);
  highest.none = static_cast<std::size_t>(std::count(highest.rates.begin(), highest.rates.end(), none));
  return highest;
}

// How many runs had no usable rate; empty: none. A difference to them is one to the end of the grid.
std::string without_usable_rate(const Results& r) {
  std::vector<std::string> parts;
  for (const Arm& arm : r.experiment().arms) {
    const Highest highest = highest_usable(r, arm.name);
    if (highest.none > 0)
      parts.push_back(format("%s in %zu of %zu seeds", arm.name.c_str(), highest.none, highest.rates.size()));
  }
  if (parts.empty()) return "";
  return format(
      "No rate of the grid was usable for %s: they count as %g, one step below the grid, which makes the difference to "
      "them larger or smaller than it is.",
      enumerated(parts).c_str(), std::pow(10, below_the_grid(r.experiment().sweep)));
}

// "plain (4 layers) 0.1": the rate with the lowest mean loss.
std::string best_of(const Results& r, const std::string& arm) {
  double best = 0, lowest = HUGE_VAL;
  for (const Point& point : r.experiment().sweep) {
    const double loss = r.mean({arm, point.name}, "loss").mean;
    if (loss < lowest) best = point.x;
    lowest = std::min(lowest, loss);
  }
  return format("%s %.3g", arm.c_str(), best);
}

}  // namespace

Experiment learning_rate(const Size& size) {
  Experiment e;
  e.name = "learning-rate";
  e.claim = "Batch normalization allows much higher learning rates.";
  e.hypothesis =
      "Under SGD, the highest learning rate that is usable (final training loss below half of that of guessing) is "
      "higher with batch normalization, in networks of 2 and of 4 hidden layers.";
  e.measure = "highest_usable_rate_log10";
  e.in_words = "the highest usable learning rate, in powers of ten,";
  e.not_shown =
      "It does not show that the best learning rate is higher, nor that training at a high rate pays: that is another "
      "question, which the loss at each rate answers.";
  e.see = "docs/batchnorm.md";

  for (const std::size_t depth : kDepths) {
    for (const Arm& arm : {plain_arm(), centred_arm(), batchnorm_arm()}) {
      e.arms.push_back({with_depth(arm.name, depth), [=](Trial& trial) {
                          arm.apply(trial);
                          trial.run.architecture.hidden.assign(depth, 128);
                        }});
    }
  }
  e.base.images = size.of<std::size_t>(5000, 2000);
  e.base.run.training.epochs = 3;
  e.base.run.optimizer.name = "sgd";
  e.varied = "learning rate";
  const std::vector<double> rates = size.of<std::vector<double>>(
      {1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000}, {1e-2, 0.1, 0.3, 1, 3, 10, 30, 100});
  e.sweep.clear();
  for (const double lr : rates) {
    e.sweep.push_back({format("%g", lr), [=](Trial& trial) { trial.run.optimizer.lr = lr; }, lr});
  }
  e.tables = {"final_loss", "accuracy"};

  e.read = [](const Results& r) {
    Reading reading;
    for (const std::size_t depth : kDepths) {
      for (const char* control : {kPlain, kCentred}) {
        Comparison comparison;
        const Highest of_control = highest_usable(r, with_depth(control, depth));
        const Highest of_treated = highest_usable(r, with_depth(kBatchNorm, depth));
        comparison.on = format("%zu layers against %s", depth, control);
        comparison.control = of_control.rates;
        comparison.treated = of_treated.rates;
        comparison.claimed = Claimed::higher;
        comparison.control_learned = of_control.any;
        comparison.treated_learned = of_treated.any;
        comparison.needs_both_learned = !of_control.any;  // there is no highest rate to compare with
        comparison.best_rate_at_edge = of_control.at_edge || of_treated.at_edge;
        reading.comparisons.push_back(comparison);
      }
    }
    std::vector<std::string> bests;
    for (const Arm& arm : r.experiment().arms) bests.push_back(best_of(r, arm.name));
    reading.remarks = {"The learning rate with the lowest mean training loss: " + enumerated(bests) + "."};
    const std::string without = without_usable_rate(r);
    if (!without.empty()) reading.remarks.push_back(without);
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Loss against learning rate (SGD)", .description = "", .panels = {}};
    for (const std::size_t depth : kDepths) {
      Panel panel = sweep_panel(r, "final_loss", RateKind::shared, true);
      std::erase_if(panel.series, [&](const Series& s) { return !s.name.ends_with(with_depth("", depth)); });
      for (Series& series : panel.series) series.name = series.name.substr(0, series.name.find(" ("));
      panel.title = format("%zu layers of 128, last tenth of the steps", depth);
      figure.panels.push_back(panel);
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
