#include "bnlab/cli/progress.hpp"

#include <chrono>

#include "bnlab/cli/signals.hpp"

namespace bnlab {
namespace {

class ProgressBar {
 public:
  ProgressBar(const Terminal& terminal, const std::string& name, std::size_t epochs)
      : terminal_(&terminal), name_(name), epochs_(epochs) {}

  void show(const StepResult& step) {
    if (!terminal_->moving) return;
    const Clock::time_point now = Clock::now();
    const std::size_t done = (step.step - 1) % step.steps_per_epoch + 1;
    const bool is_first = started_ == Clock::time_point();  // a resumed run begins in the middle of an epoch
    if (done == 1 || is_first) {
      started_ = now;
      first_ = done;
    }
    if (done == first_ || now - shown_ < std::chrono::milliseconds(80)) return;
    shown_ = now;
    const double elapsed = std::chrono::duration<double>(now - started_).count();
    const double per_step = elapsed / static_cast<double>(done - first_);
    const double fraction = static_cast<double>(done) / static_cast<double>(step.steps_per_epoch);
    terminal_->print("\r  %-9s epoch %zu/%zu [%s] %3.0f %%  loss %.4f  %.1f s left\x1b[K", name_.c_str(), step.epoch,
                     epochs_, bar_of_signs(fraction).c_str(), 100 * fraction, step.loss,
                     per_step * static_cast<double>(step.steps_per_epoch - done));
  }

 private:
  using Clock = std::chrono::steady_clock;

  const Terminal* terminal_;
  std::string name_;
  std::size_t epochs_;
  Clock::time_point started_;  // of the epoch's first step in this process
  std::size_t first_ = 1;      // that step
  Clock::time_point shown_;
};

void show_epoch(const Terminal& terminal, const std::string& name, std::size_t epochs, const EpochResult& epoch) {
  terminal.clear_line();
  terminal.print("  %-9s epoch %zu/%zu  train loss %.4f accuracy %.4f", name.c_str(), epoch.epoch, epochs,
                 epoch.train_loss, epoch.train_accuracy);
  if (epoch.validated) {
    terminal.print("  validation loss %.4f accuracy %.4f", epoch.validation_loss, epoch.validation_accuracy);
  }
  terminal.print("  (%.2f s)\n", epoch.seconds);
}

}  // namespace

std::string bar_of_signs(double fraction) {
  constexpr std::size_t kWidth = 24;
  const auto filled = static_cast<std::size_t>(fraction * kWidth);
  std::string signs = std::string(filled, '=') + std::string(kWidth - filled, ' ');
  if (filled > 0) signs[filled - 1] = '>';
  return signs;
}

TrainObserver show_progress(const Terminal& terminal, const std::string& name, std::size_t epochs) {
  TrainObserver observer;
  observer.on_step = [bar = ProgressBar(terminal, name, epochs)](const StepResult& step) mutable { bar.show(step); };
  observer.on_epoch = [&terminal, name, epochs](const EpochResult& epoch) {
    show_epoch(terminal, name, epochs, epoch);
  };
  observer.should_continue = [](const TrainResult&) { return interrupt_signal() == 0; };
  return observer;
}

}  // namespace bnlab
