// One training run of an experiment: what it is, and what is measured of it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bnlab/lab/run.hpp"

namespace bnlab {

// What is done to the inputs of training and test images alike, after their usual scaling: x -> factor x + shift, and
// the inputs of the pixel in the middle of the image times `middle_factor`.
struct InputChange {
  double factor = 1;
  double shift = 0;
  double middle_factor = 1;
};

// All that decides the result of a run. The number of inputs and classes comes from the images.
struct Trial {
  RunSettings run;
  std::string pixels = "half";  // how pixels become inputs: a name that pixel_scale() knows
  InputChange inputs = {};
  std::size_t images = 0;          // only the first so many training images; 0: all
  double validation = 0;           // fraction of them held out
  std::size_t steps = 0;           // as many steps, whatever the epochs; 0: run.training.epochs
  bool by_class = false;           // batches in the order of the labels, in place of a random one
  double noise = 0;                // behind each batch normalization (noise.hpp); 0: none
  std::vector<double> rates = {};  // learning rates to choose from; empty: run.optimizer.lr is the only one
  bool all_statistics = false;     // also evaluate with re-estimated statistics and with those of test batches
};

// What was measured. Every run has
//   loss          training loss, the mean over all planned steps: how fast it trained
//   final_loss    the same over the last tenth of the steps
//   learned       1 where final_loss is below 85 % of that of guessing, log(classes); otherwise 0
//   diverged      1 where the loss became non-finite
//   accuracy      of the test images, and test_loss; with running statistics
//   accuracy_population, accuracy_batch     (all_statistics) with re-estimated ones, with those of each test batch
//   validation_loss, validation_accuracy    where images are held out
// A training loss is at most that of guessing: a run that diverged counts as one that guesses from then on, and one that
// learns nothing is not infinitely worse than another. A network that overfits is worse than guessing on other images, by
// how much is worth knowing: losses in evaluation are at most largest_loss(), which is also that of a run that diverged.
struct Measurements {
  std::map<std::string, double> values;
  std::map<std::string, std::vector<double>> curves;  // "loss": over the steps, means of equal parts of them
};

// A run under way, as a meter sees it.
struct Workbench {
  const Trial& trial;
  const Split& images;  // that it is trained on
  const Dataset& test;
  Run& run;
  std::size_t steps;  // that are planned
};

// What an experiment measures beside the loss. One meter belongs to one run. It changes neither network nor training.
class Meter {
 public:
  virtual ~Meter() = default;
  virtual void at_start(const Workbench&) {}
  virtual void after_step(const Workbench&, std::size_t step) { static_cast<void>(step); }  // from 1
  virtual void at_end(const Workbench&, Measurements&) {}
};

// Trains and measures, on the calling thread alone, so that runs can be shared out among threads. `should_stop` is asked
// after each step. Nothing: it said so.
std::optional<Measurements> run_trial(const Trial& trial, const DatasetPair& data, Meter* meter,
                                      const std::function<bool()>& should_stop);

// Every setting, a line each: two trials with the same text have the same result.
std::string describe_trial(const Trial& trial);

std::size_t planned_steps(const Trial& trial, const Dataset& training_images);

// The loss of a network that gives each class the same probability: log(classes).
double loss_of_guessing(std::size_t classes);

// The limit for losses in evaluation, ten times that of guessing; and such a loss.
double largest_loss(std::size_t classes);
double limited_loss(const Evaluation& result, std::size_t classes);

}  // namespace bnlab
