// What compare --watch saw of its two networks.
#pragma once

#include <array>

#include "bnlab/cli/terminal.hpp"
#include "bnlab/lab/findings.hpp"
#include "bnlab/train/watch.hpp"

namespace bnlab {

// The looks at one network in training, the first one first.
struct Watched {
  std::vector<std::size_t> steps;
  std::vector<std::vector<LayerStatistics>> looks;
};
using WatchedPair = std::array<Watched, 2>;

// What is to be watched, and what was.
struct Watching {
  Watch watch;
  WatchedPair seen = {};
};

// Looks at the network now, before its training, and returns an observer that goes on looking at it, beside what the
// given one does. Network, watch and `seen` must outlive the training.
TrainObserver watch_too(const TrainObserver& observer, const Network& network, const Watch& watch, Watched& seen);

// The file of --watch: that of train (watch_file.hpp) with a first column `network`, such as plain or batchnorm.
std::string watched_csv(const RunPair& pair, const WatchedPair& watched);

// Of the first layer along both runs: the deviation of the inputs to its activation, and the norm of the gradient of its
// weights. Empty where there are fewer than two looks.
std::string watch_charts(const RunPair& pair, const WatchedPair& watched, const Terminal& terminal);

}  // namespace bnlab
