#include "bnlab/cli/result_line.hpp"

#include <cstdarg>
#include <cstdio>

#include "bnlab/cli/standard_streams.hpp"

namespace bnlab {

static double training_seconds(const TrainResult& training) {
  double seconds = training.epoch_in_progress.seconds;
  for (const EpochResult& epoch : training.epochs) seconds += epoch.seconds;
  return seconds;
}

void print_result_line(const char* pattern, ...) {
  std::va_list arguments;
  va_start(arguments, pattern);
  const std::string line = format_list(pattern, arguments);
  va_end(arguments);
  std::fputs((line + "\n").c_str(), stdout);
}

std::string result_text(const std::string& dataset, const Run& run) {
  const TrainSettings& settings = run.settings.training;
  const TrainResult& training = run.training;
  std::string line = format("result model=%s dataset=%s seed=%llu epochs=%zu", model_name(run.settings.architecture),
                            one_word(dataset).c_str(), static_cast<unsigned long long>(settings.seed), settings.epochs);
  if (run.diverged()) line += format(" diverged_at_step=%zu", training.diverged_at_step);
  if (training.stopped) line += format(" stopped_at_step=%zu", training.step);
  if (!run.diverged() && !training.epochs.empty()) {
    const EpochResult& last = training.epochs.back();
    line += format(" train_loss=%.*g train_accuracy=%.6f", kLossDigits, last.train_loss, last.train_accuracy);
    if (last.validated) line += format(" validation_accuracy=%.6f", last.validation_accuracy);
  }
  if (run.finished()) {
    line += format(" test_accuracy=%.6f test_loss=%.*g", run.test.accuracy, kLossDigits, run.test.loss);
  }
  return line + format(" seconds=%.3f", training_seconds(training));
}

void print_result(const std::string& dataset, const Run& run) {
  print_result_line("%s", result_text(dataset, run).c_str());
  flush_output();
}

}  // namespace bnlab
