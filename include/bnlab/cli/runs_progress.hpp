// The progress of several training runs, some of them at the same time.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "bnlab/cli/terminal.hpp"
#include "bnlab/train/trainer.hpp"

namespace bnlab {

// On a terminal one bar for all runs, with the remaining time; everywhere a line per finished run, in the order of their
// numbers. Its functions may be called from any thread. The terminal must outlive it, and it the observers.
class RunsProgress {
 public:
  RunsProgress(const Terminal& terminal, std::size_t runs, std::size_t epochs);

  // Follows run number `run`, from 0. Stops it on an interrupt (signals.hpp).
  TrainObserver observer(std::size_t run);

  // Run number `run` is finished, and `line` says how.
  void finish(std::size_t run, const std::string& line);

 private:
  using Clock = std::chrono::steady_clock;
  void show_bar();
  void print_lines();

  const Terminal& terminal_;
  std::size_t epochs_;
  std::mutex mutex_;                // of all below
  std::vector<double> fractions_;   // of each run that is done
  std::vector<std::string> lines_;  // of those finished
  std::size_t printed_ = 0;         // lines
  Clock::time_point started_ = Clock::now();
  Clock::time_point shown_;
};

}  // namespace bnlab
