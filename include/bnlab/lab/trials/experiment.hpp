// An experiment: a claim, and the runs that show whether it holds. Each is a file of src/lab/experiments.
//
// For every arm and every point of the sweep there is one run for each seed. Runs with the same seed are paired: they
// start from the same weights, where shapes allow, and see the same batches.
//
// To write one, four headers are enough: this one; trial.hpp, what a run is and what is measured of it; results.hpp, what
// `read` may ask for; experiment_panels.hpp, what `draw` may draw. The usual arms are in arms.hpp.
#pragma once

#include <functional>
#include <memory>

#include "bnlab/lab/figures/figure.hpp"
#include "bnlab/lab/statistics/judgement.hpp"
#include "bnlab/lab/trials/trial.hpp"

namespace bnlab {

class Results;  // results.hpp

// How large the experiments are made.
struct Size {
  bool quick = false;  // for a class room, with fewer seeds, rates and images
  std::size_t seeds = 5;

  // Of two numbers, or lists, the one for this size: size.of<std::size_t>(4000, 1500) images.
  template <class T>
  T of(T full, T if_quick) const {
    return quick ? if_quick : full;
  }
};

// What is compared: "plain", "batchnorm".
struct Arm {
  std::string name;
  std::function<void(Trial&)> apply;
};

// A value of what the experiment varies, such as the batch size.
struct Point {
  std::string name;
  std::function<void(Trial&)> apply = [](Trial&) {};
  double x = 0;                        // its place on the chart's axis
  std::vector<std::string> arms = {};  // those that have a run there; empty: all

  bool has(const Arm& arm) const;
};

// What the results say.
struct Reading {
  std::vector<Comparison> comparisons;    // at least one; the verdict is over all, its effect is that of the first
  std::vector<std::string> remarks = {};  // sentences on what else was found, from the numbers
};

struct Experiment {
  std::string name;        // "learning-rate"
  std::string claim;       // in the words of the text books
  std::string hypothesis;  // what should be seen if the claim holds; stated before the run
  std::string measure;     // what is compared: a name of Measurements (trial.hpp), or of what `read` makes of them

  // Words for what was found: "With batch normalization" "the training loss, averaged over all steps," "was lower in …".
  std::string treated = "With batch normalization";  // whom the comparisons judge
  std::string in_words;                              // the measure
  std::string not_shown;                             // a sentence of its own: what these runs do not show
  std::string see;                                   // a file that explains it: "docs/batchnorm.md"

  Trial base;                         // what all runs share; the defaults of bnlab train, but no image is held out
  std::vector<Arm> arms;              // each changes the base, after the point did
  std::string varied = "";            // the axis of the sweep: "batch size (images)"
  std::vector<Point> sweep = {{""}};  // one point, at which nothing is varied; clear() it before points are added
  bool shared_rate = true;         // whether runs with the shared rate, base.run.optimizer.lr, are reported beside each
                                   // arm's own best, where there are rates to choose from
  std::string chosen_by = "loss";  // the measure by which a best rate is chosen; the lower the better
  std::vector<std::string> tables = {"loss", "accuracy"};  // the measures that are printed
  std::function<std::unique_ptr<Meter>()> meter =
      {};  // makes a meter for each run; empty: Measurements' own are enough

  std::function<Reading(const Results&)> read;  // which runs are compared with which, and what is claimed of them
  std::function<Figure(const Results&)> draw;   // the chart

  // The run of an arm at a point: the base, changed by the point, then by the arm. Its learning rate is the shared one.
  Trial trial_of(const Arm& arm, const Point& point) const;
};

}  // namespace bnlab
