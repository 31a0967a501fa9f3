#include "bnlab/lab/meters/overfitting.hpp"

#include <algorithm>
#include <cmath>

namespace bnlab {
namespace {

// Loss on the training images and on some test images, both in evaluation mode, in the course of training.
class OverfittingMeter : public Meter {
 public:
  void after_step(const Workbench& bench, std::size_t step) override {
    constexpr std::size_t kLooks = 20;
    if (step * kLooks / bench.steps == (step - 1) * kLooks / bench.steps) return;
    Subset test = all_images(bench.test);
    test.indices.resize(std::min<std::size_t>(test.indices.size(), 2000));
    training_.push_back(loss_on(bench.images.train, bench));
    test_.push_back(loss_on(test, bench));
  }

  void at_end(const Workbench& bench, Measurements& measured) override {
    if (training_.empty()) {  // it diverged before the first look
      training_ = test_ = {largest_loss(bench.test.classes)};
    }
    measured.curves["training_loss"] = training_;
    measured.curves["test_loss"] = test_;
  }

 private:
  static double loss_on(const Subset& images, const Workbench& bench) {
    Network network = bench.run.network;
    return limited_loss(evaluate(network, images, nullptr), images.data->classes);
  }

  std::vector<double> training_, test_;
};

double lowest_training_loss(const Record& run) {
  const std::vector<double>& training = run.measured.curves.at("training_loss");
  return *std::min_element(training.begin(), training.end());
}

// The test loss where the training loss first is that low, between two looks in proportion to the logarithm of the
// training loss.
double test_loss_at(const Record& run, double training_loss) {
  const std::vector<double>& training = run.measured.curves.at("training_loss");
  const std::vector<double>& test = run.measured.curves.at("test_loss");
  std::size_t i = 0;
  while (training[i] > training_loss) ++i;
  if (i == 0) return test[0];
  const double part = std::log(training[i - 1] / training_loss) / std::log(training[i - 1] / training[i]);
  return test[i - 1] + part * (test[i] - test[i - 1]);
}

// Whether the first look already shows less than that training loss, so that the test loss there is not known.
bool is_below_at_once(const Record& run, double training_loss) {
  return run.measured.curves.at("training_loss").front() < training_loss;
}

}  // namespace

std::unique_ptr<Meter> overfitting_meter() { return std::make_unique<OverfittingMeter>(); }

Comparison at_equal_training_loss(const Results& r, const Which& control, const Which& treated, const std::string& on) {
  Comparison comparison = r.compare(control, treated, Claimed::lower, on);
  const std::vector<const Record*> first = r.runs(control), second = r.runs(treated);
  for (std::size_t s = 0; s < first.size(); ++s) {
    const double level = std::max(lowest_training_loss(*first[s]), lowest_training_loss(*second[s]));
    if (is_below_at_once(*first[s], level) || is_below_at_once(*second[s], level)) {
      comparison.open =
          "the looks are too far apart: one network is below the training loss that both reach at its first";
    }
    comparison.control[s] = test_loss_at(*first[s], level);
    comparison.treated[s] = test_loss_at(*second[s], level);
  }
  return comparison;
}

}  // namespace bnlab
