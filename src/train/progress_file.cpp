#include "bnlab/train/progress_file.hpp"

#include <cmath>

#include "bnlab/train/state_file.hpp"

namespace bnlab {
namespace {

constexpr const char* kName = "training.progress";
// How many numbers come before those of the epochs, and how many each epoch has.
constexpr std::size_t kBeforeEpochs = 3;
constexpr std::size_t kPerEpoch = 5;

// The numbers of the tensor. Their count depends on the number of epochs, so it is known only from the file.
std::vector<double> read_numbers(const TensorFile& file, const std::string& path) {
  const auto found = file.tensors.find(kName);
  const std::size_t count = found == file.tensors.end() ? 0 : found->second.bytes.size() / sizeof(double);
  const std::size_t epochs = count < kBeforeEpochs ? 0 : (count - kBeforeEpochs) / kPerEpoch;
  const std::vector<std::size_t> shape = {kBeforeEpochs + kPerEpoch * epochs};
  return numbers_of<double>(find_tensor(file, path, kName, shape, {"F64"}));
}

bool is_count(double x) { return x >= 0 && x <= static_cast<double>(kMostCount) && x == std::floor(x); }
bool is_loss(double x) { return x >= 0 && std::isfinite(x); }
bool is_accuracy(double x) { return x >= 0 && x <= 1; }
bool is_flag(double x) { return x == 0 || x == 1; }
bool is_zero(double x) { return x == 0; }

// What one number must be, and what it is called in an error.
struct Rule {
  const char* expected;
  bool (*good)(double);
};
constexpr Rule kStep = {"a whole number of steps", is_count};
constexpr Rule kLoss = {"a finite loss >= 0", is_loss};
constexpr Rule kRight = {"a whole number of right predictions", is_count};
constexpr Rule kAccuracy = {"an accuracy in [0, 1]", is_accuracy};
constexpr Rule kFlag = {"1 or 0 for whether there was validation", is_flag};
constexpr Rule kNothing = {"0, as there was no validation", is_zero};

// The rule of number i.
Rule rule_of(std::size_t i, const std::vector<double>& numbers) {
  constexpr Rule before[kBeforeEpochs] = {kStep, kLoss, kRight};
  constexpr Rule validated[kPerEpoch] = {kLoss, kAccuracy, kFlag, kLoss, kAccuracy};
  constexpr Rule not_validated[kPerEpoch] = {kLoss, kAccuracy, kFlag, kNothing, kNothing};
  if (i < kBeforeEpochs) return before[i];
  const std::size_t in_epoch = (i - kBeforeEpochs) % kPerEpoch;
  const double flag = numbers[i - in_epoch + 2];
  return flag == 0 ? not_validated[in_epoch] : validated[in_epoch];
}

void expect_valid(const std::vector<double>& numbers, const std::string& path) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Rule rule = rule_of(i, numbers);
    if (rule.good(numbers[i])) continue;
    fail("%s: corrupt: expected %s in '%s' at [%zu], found %g", path.c_str(), rule.expected, kName, i, numbers[i]);
  }
  const double epochs = static_cast<double>((numbers.size() - kBeforeEpochs) / kPerEpoch);
  if (numbers[0] < epochs) {  // an epoch has a step or more
    fail("%s: corrupt: '%s' has %g epochs and only %g steps", path.c_str(), kName, epochs, numbers[0]);
  }
}

}  // namespace

void store_progress(TensorFile& file, const TrainResult& progress) {
  const EpochResult& sums = progress.epoch_in_progress;
  std::vector<double> numbers = {static_cast<double>(progress.step), sums.train_loss, sums.train_accuracy};
  for (const EpochResult& e : progress.epochs) {
    numbers.insert(numbers.end(),
                   {e.train_loss, e.train_accuracy, e.validated ? 1.0 : 0.0, e.validation_loss, e.validation_accuracy});
  }
  file.tensors[kName] = stored_numbers("F64", {numbers.size()}, numbers);
}

TrainResult read_progress(const TensorFile& file, const std::string& path) {
  const std::vector<double> numbers = read_numbers(file, path);
  expect_valid(numbers, path);
  TrainResult progress;
  progress.step = static_cast<std::size_t>(numbers[0]);
  progress.epoch_in_progress.train_loss = numbers[1];
  progress.epoch_in_progress.train_accuracy = numbers[2];
  for (std::size_t i = kBeforeEpochs; i < numbers.size(); i += kPerEpoch) {
    progress.epochs.push_back({.epoch = progress.epochs.size() + 1,
                               .train_loss = numbers[i],
                               .train_accuracy = numbers[i + 1],
                               .validated = numbers[i + 2] != 0,
                               .validation_loss = numbers[i + 3],
                               .validation_accuracy = numbers[i + 4]});
  }
  return progress;
}

}  // namespace bnlab
