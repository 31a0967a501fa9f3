#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdarg>
#include <cstdlib>

#include "bnlab/cli/commands.hpp"
#include "bnlab/data/class_names.hpp"

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

std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3;) text.insert(i -= 3, ",");
  return text;
}

std::string describe_run(const DatasetPair& data, const Split& split, const std::string& network,
                         const RunSettings& run, std::size_t threads) {
  return format("  data      %s: %s training, %s validation, %s test images of %s\n", data.name.c_str(),
                grouped(split.train.indices.size()).c_str(), grouped(split.validation.indices.size()).c_str(),
                grouped(data.test.count()).c_str(), data.train.shape().c_str()) +
         "  network   " + network +
         format("\n  training  %zu epoch%s, batch %zu, %s, seed %llu, %zu thread%s%s\n", run.training.epochs,
                run.training.epochs == 1 ? "" : "s", run.training.batch, run.optimizer.describe().c_str(),
                static_cast<unsigned long long>(run.training.seed), threads, threads == 1 ? "" : "s",
                run.training.shuffle ? "" : ", no shuffling");
}

std::string percent_with_error(const Evaluation& test) {
  return format("%.2f %% ± %.2f", 100 * test.accuracy, 100 * accuracy_error(test.accuracy, test.count));
}

std::string label_text(const std::string& dataset, std::size_t label) {
  const std::string name = class_name(dataset, label), number = std::to_string(label);
  return format("%-14s", (name == number ? number : number + " " + name).c_str());
}

std::string divergence(const Run& run) {
  const double lr = run.settings.optimizer.lr;
  return format("%s: the loss was not a finite number at step %zu with learning rate %g; try --lr %g or less",
                model_name(run.settings.architecture), run.training.diverged_at_step, lr, lr / 10);
}

void print_result(const std::string& dataset, const Run& run) {
  const TrainSettings& asked = run.settings.training;
  const TrainResult& training = run.training;
  std::string line = format("result model=%s dataset=%s seed=%llu epochs=%zu", model_name(run.settings.architecture),
                            dataset.c_str(), static_cast<unsigned long long>(asked.seed), asked.epochs);
  if (run.diverged()) line += format(" diverged_at_step=%zu", training.diverged_at_step);
  if (training.stopped) line += format(" stopped_at_step=%zu", training.step);
  if (!run.diverged() && !training.epochs.empty()) {
    const EpochResult& last = training.epochs.back();
    line += format(" train_loss=%.*g train_accuracy=%.6f", kLossDigits, last.train_loss, last.train_accuracy);
    if (last.validated) line += format(" validation_accuracy=%.6f", last.validation_accuracy);
  }
  if (run.finished())
    line += format(" test_accuracy=%.6f test_loss=%.*g", run.test.accuracy, kLossDigits, run.test.loss);
  double seconds = training.epoch_in_progress.seconds;
  for (const EpochResult& epoch : training.epochs) seconds += epoch.seconds;
  std::printf("%s seconds=%.3f\n", line.c_str(), seconds);
  std::fflush(stdout);
}

void expect_fit(const std::string& path, const Architecture& a, const DatasetPair& data) {
  if (a.inputs == data.train.features() && a.classes == data.train.classes) return;
  fail(
      "%s: the model takes %zu inputs and tells %zu classes, the images of %s have %zu pixels and %zu classes; name "
      "others with --data",
      path.c_str(), a.inputs, a.classes, data.name.c_str(), data.train.features(), data.train.classes);
}

DatasetPair load_data_for(const ModelInfo& info, const Settings& settings, const Terminal& terminal) {
  const char* const path = settings.files[0].c_str();
  const std::string own = "data/" + info.dataset;
  const bool is_name = !info.dataset.empty() && info.dataset.find('/') == std::string::npos;
  const bool by_name = !settings.was_given({"--data"}) && is_name && std::filesystem::is_directory(own);
  const DatasetPair data = load_datasets(by_name ? own : settings.data);
  expect_fit(path, info.architecture, data);
  const std::string origin = info.dataset.empty()        ? " (activation as --activation says)"
                             : info.dataset == data.name ? ", trained on " + info.dataset
                                                         : ", trained on " + info.dataset + ", not on these images";
  terminal.say("  model     %s: %s%s\n", path, info.architecture.describe().c_str(), origin.c_str());
  return data;
}

}  // namespace bnlab
