// What two networks showed over several seeds: each measure with its interval, and sentences that claim no more.
//
// Another seed means other initial weights, another order of the images and other images held out. The test images stay
// the same, so the intervals say nothing of the choice of those.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bnlab/lab/findings.hpp"
#include "bnlab/lab/statistics/estimate.hpp"

namespace bnlab {

// What is kept of a run, once its network is gone.
struct SeedRun {
  std::uint64_t seed = 0;
  bool finished = false;  // neither diverged nor stopped
  std::size_t diverged_at_step = 0;
  double train_loss = 0;                      // the mean over all steps
  std::optional<double> validation_accuracy;  // after the last epoch; empty without validation images
  double test_accuracy = 0;
  double test_loss = 0;

  bool diverged() const { return diverged_at_step != 0; }
};

SeedRun seed_run(const Run& run);

// The two runs of one seed.
using SeedPair = std::array<SeedRun, 2>;

// One measure over the pairs in which both runs finished.
struct MeasureOverSeeds {
  const char* name;        // "test accuracy"
  const char* key;         // for programs: "test_accuracy"
  bool is_share;           // an accuracy, printed in percent; else a loss
  Estimate first, second;  // of each network by itself
  Estimate difference;     // second less first, seed by seed
  double p_value = 1;      // of the difference, by Holm's adjustment for all measures

  bool significant() const { return p_value < 0.05; }
};

// Training loss, validation accuracy where there is one, and test accuracy, in this order; empty where no pair finished.
std::vector<MeasureOverSeeds> measures_over_seeds(const std::vector<SeedPair>& pairs);

// In how many seeds each network diverged; test accuracy and training loss over the others. `names`: a pair of runs of
// these networks.
std::string finding_over_seeds(const RunPair& names, const std::vector<SeedPair>& pairs);

// What that means: "So over these 5 seeds the network had a lower training loss with batch normalization, and …"
std::string meaning_over_seeds(const RunPair& names, const std::vector<SeedPair>& pairs);

// "93.91 ± 0.40 %", "0.2345 ± 0.0034": the mean and half of its interval; of a single run the mean alone. A difference
// has a sign, and that of accuracies is in points: "+0.69 ± 0.30 points".
std::string mean_text(const MeasureOverSeeds& measure, const Estimate& estimate);
std::string difference_text(const MeasureOverSeeds& measure);

}  // namespace bnlab
