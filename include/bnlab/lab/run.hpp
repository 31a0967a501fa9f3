// One training run: a network, an optimizer and the data they meet, from initial weights to test accuracy; and
// whether of two runs one is better.
#pragma once

#include "bnlab/train/architecture.hpp"
#include "bnlab/train/metrics.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

struct OptimizerSettings {
  std::string name = "adam";  // adam, adamw or sgd
  double lr = 1e-3;
  double momentum = 0;    // sgd
  bool nesterov = false;  // sgd
  double weight_decay = 0;
  double adam_eps = 1e-8;

  std::string describe() const;  // "adam lr 0.001"
};

struct RunSettings {
  Architecture architecture;
  OptimizerSettings optimizer;
  TrainSettings training;
};

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& settings, Network& network, ThreadPool* threads);

struct Run {
  Run(const RunSettings& settings, ThreadPool* threads);  // with initial weights

  // Trains on split.train and watches split.validation, from where `training` is to the last epoch's end.
  void train(const Split& split, const TrainObserver& observer);
  // What the network of a finished run does on the test images. A loss that is no finite number there was lost in the
  // last step, as no step after it could notice: the run diverged.
  void test_at_the_end(const Dataset& images);

  bool diverged() const { return training.diverged_at_step != 0; }
  bool finished() const { return !diverged() && !training.stopped; }

  RunSettings settings;
  ThreadPool* threads;
  Network network;
  std::unique_ptr<Optimizer> optimizer;
  TrainResult training = {};
  std::vector<double> step_losses = {};  // of every training batch
  Evaluation test = {};                  // count 0 where training diverged or was stopped
};

// Two classifiers on the same test images: how much better is one, and could it be chance?
//
// The two accuracies share their images, so their errors do not add as those of separate experiments would. Only the
// images on which exactly one of the two is right tell them apart (McNemar, 1947).
struct PairedDifference {
  std::size_t count = 0;        // images
  std::size_t only_first = 0;   // the first right, the second wrong
  std::size_t only_second = 0;  // the second right, the first wrong
  double difference = 0;        // accuracy of the second less that of the first
  double error = 0;             // its standard error
  double low = 0, high = 0;     // its 95 % interval
  double p_value = 1;           // McNemar's test with continuity correction: of a difference this large by chance alone

  // Within two standard errors there is no difference to speak of.
  bool significant() const { return difference > 2 * error || difference < -2 * error; }
};

// Of 1 or 0 per image, as Evaluation::correct; the same length, the same images.
// With b images only the first gets right and c only the second, of n:
//
//   PD.1   difference d = (c - b) / n                        an image counts +1, -1 or 0, and d is the mean
//   PD.2   standard error = sqrt((b + c) / n - d²) / sqrt(n)      the deviation of those counts, over sqrt(n)
//   PD.3   95 % interval = d ± 1.96 standard errors
//   PD.4   χ² = (|b - c| - 1)² / (b + c), one degree of freedom: p = erfc(sqrt(χ² / 2))
PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);

}  // namespace bnlab
