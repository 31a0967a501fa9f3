// Makes the runs of an experiment: which there are, in which order, on which threads.
//
// First, at each point of the sweep and for each arm that has learning rates to choose from, runs with every rate, from
// seeds that are not reported. While the best of them lies at the edge of the grid, the grid grows there. Then the runs
// that are reported: with the shared rate, and with the arm's own best.
//
// A run is made by one thread, and several at the same time: for networks as small as these that is faster than to
// divide each step among threads, and the results are the same.
#pragma once

#include "bnlab/lab/trials/results.hpp"
#include "bnlab/lab/trials/run_store.hpp"

namespace bnlab {

// A run to be made.
struct Job {
  Record record;  // without what is measured
  Trial trial;
};

// The seeds of runs that are reported: 1, 2, …; and of those that choose a learning rate.
std::vector<std::uint64_t> reported_seeds(const Size& size);
std::vector<std::uint64_t> tuning_seeds(const Size& size);

// The runs that are still to be made, as far as the results tell now; none: the experiment is finished. To be called
// again when they are made, as what comes next depends on their results.
std::vector<Job> next_jobs(const Experiment& experiment, const Size& size, const Results& results);

// How many training images it takes: the most of its runs. 0: as many as there are.
std::size_t images_needed(const Experiment& experiment);

// Multiply-adds, for the time that is left: of a run, and of all runs of an experiment if no grid grows.
double work_of(const Trial& trial, const DatasetPair& data);
double expected_work(const Experiment& experiment, const Size& size, const DatasetPair& data);

struct RunnerSettings {
  std::size_t threads = 1;
  bool only_kept = false;  // makes no run
  std::function<bool()> should_stop = [] { return false; };
  // After each run, by one thread at a time: which it was, its share of the work, whether it was made now.
  std::function<void(const Job&, double work, bool made)> on_run = [](const Job&, double, bool) {};
};

// All runs of the experiment. Those that are in the store are taken from there, the others are kept there as they
// finish. Nothing: stopped on the way, or (only_kept) a run is missing.
std::optional<Results> run_experiment(const Experiment& experiment, const Size& size, const DatasetPair& data,
                                      const RunStore& store, const RunnerSettings& settings);

}  // namespace bnlab
