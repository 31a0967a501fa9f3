#include "bnlab/cli/runs_progress.hpp"

#include <algorithm>
#include <numeric>

#include "bnlab/cli/progress.hpp"
#include "bnlab/cli/signals.hpp"

namespace bnlab {

RunsProgress::RunsProgress(const Terminal& terminal, std::size_t runs, std::size_t epochs)
    : terminal_(terminal), epochs_(epochs), fractions_(runs), lines_(runs) {}

TrainObserver RunsProgress::observer(std::size_t run) {
  TrainObserver observer;
  observer.on_step = [this, run](const StepResult& step) {
    const std::lock_guard lock(mutex_);
    fractions_[run] = static_cast<double>(step.step) / static_cast<double>(step.steps_per_epoch * epochs_);
    show_bar();
  };
  observer.should_continue = [](const TrainResult&) { return interrupt_signal() == 0; };
  return observer;
}

void RunsProgress::finish(std::size_t run, const std::string& line) {
  const std::lock_guard lock(mutex_);
  fractions_[run] = 1;
  lines_[run] = line;
  print_lines();
}

void RunsProgress::show_bar() {
  const Clock::time_point now = Clock::now();
  if (!terminal_.moving || now - shown_ < std::chrono::milliseconds(80)) return;
  shown_ = now;
  const double runs = static_cast<double>(fractions_.size());
  const double fraction = std::accumulate(fractions_.begin(), fractions_.end(), 0.0) / runs;
  const auto finished = std::count(fractions_.begin(), fractions_.end(), 1.0);
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  terminal_.print("\r  %ld of %zu runs [%s] %3.0f %%  %.1f s left\x1b[K", static_cast<long>(finished),
                  fractions_.size(), bar_of_signs(fraction).c_str(), 100 * fraction,
                  elapsed * (1 - fraction) / fraction);
}

void RunsProgress::print_lines() {
  while (printed_ < lines_.size() && !lines_[printed_].empty()) {
    terminal_.clear_line();
    terminal_.print("  %s\n", lines_[printed_].c_str());
    ++printed_;
  }
}

}  // namespace bnlab
