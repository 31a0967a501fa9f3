#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdarg>
#include <cstdlib>

#include "bnlab/cli/commands.hpp"

namespace bnlab {

// An environment variable.
static std::string variable(const char* name, const char* if_unset = "") {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : if_unset;
}

Terminal Terminal::detect(bool quiet) {
  const bool moving = !quiet && ::isatty(STDOUT_FILENO) && variable("TERM", "dumb") != "dumb";
  return {quiet, moving, moving && variable("NO_COLOR").empty()};
}

void Terminal::say(const char* pattern, ...) const {
  if (quiet) return;
  std::va_list arguments;
  va_start(arguments, pattern);
  std::vprintf(pattern, arguments);
  va_end(arguments);
  std::fflush(stdout);
}

std::size_t Terminal::columns() const {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

Colours Terminal::colours(const std::string& choice) const {
  const bool any = choice == "auto" && colour;
  const std::string can = variable("COLORTERM");
  if (choice == "24bit" || (any && (can == "truecolor" || can == "24bit"))) return Colours::of_24_bits;
  if (choice == "256" || (any && variable("TERM").find("256") != std::string::npos)) return Colours::of_256;
  return Colours::none;
}

TrainObserver show_progress(const Terminal& terminal, const std::string& name, std::size_t epochs) {
  using Clock = std::chrono::steady_clock;
  const auto show_step = [&terminal, name, epochs, started = Clock::time_point(), shown = Clock::time_point(),
                          first = std::size_t{1}](const StepResult& step) mutable {
    if (!terminal.moving) return;
    const Clock::time_point now = Clock::now();
    const std::size_t done = (step.step - 1) % step.steps_per_epoch + 1;
    if (done == 1 || started == Clock::time_point()) started = now, first = done;  // a resumed run begins in mid-epoch
    if (done == first || now - shown < std::chrono::milliseconds(80)) return;
    shown = now;
    constexpr std::size_t width = 24;
    const double part = static_cast<double>(done) / static_cast<double>(step.steps_per_epoch);
    const double pace = std::chrono::duration<double>(now - started).count() / static_cast<double>(done - first);
    const auto filled = static_cast<std::size_t>(part * width);
    std::string bar = std::string(filled, '=') + std::string(width - filled, ' ');
    if (filled > 0) bar[filled - 1] = '>';
    terminal.say("\r  %-9s epoch %zu/%zu [%s] %3.0f %%  loss %.4f  %.1f s left\x1b[K", name.c_str(), step.epoch, epochs,
                 bar.c_str(), 100 * part, step.loss, pace * static_cast<double>(step.steps_per_epoch - done));
  };
  const auto show_epoch = [&terminal, name, epochs](const EpochResult& epoch) {
    terminal.say("%s  %-9s epoch %zu/%zu  train loss %.4f accuracy %.4f", terminal.clear_line(), name.c_str(),
                 epoch.epoch, epochs, epoch.train_loss, epoch.train_accuracy);
    if (epoch.validated)
      terminal.say("  validation loss %.4f accuracy %.4f", epoch.validation_loss, epoch.validation_accuracy);
    terminal.say("  (%.2f s)\n", epoch.seconds);
  };
  return {show_step, show_epoch, [](const TrainResult&) { return interrupted() == 0; }};
}

static volatile std::sig_atomic_t noted = 0;  // all that a signal's handler may touch

static void note(int signal) {
  noted = signal;
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) std::signal(each, SIG_DFL);
}

void listen_for_interrupts() {
  for (const int each : {SIGINT, SIGTERM, SIGHUP}) {
    if (std::signal(each, note) == SIG_IGN) std::signal(each, SIG_IGN);  // as nohup asks
  }
}

int interrupted() { return noted; }

}  // namespace bnlab
