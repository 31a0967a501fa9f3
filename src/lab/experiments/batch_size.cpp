// Are small batches the weakness of batch normalization?
//
// Every batch size trains for as many epochs, each arm at its own best learning rate. The test accuracy is measured with
// running statistics, with statistics re-estimated over the training images, and with those of each test batch: running
// statistics go stale where there are few steps, and what they cost is not the fault of the batches.
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

constexpr const char* kByClass = "by class";  // batch normalization, with batches in the order of the labels

}  // namespace

Experiment batch_size(const Size& size) {
  Experiment e;
  e.name = "batch-size";
  e.claim = "Small batches are the weakness of batch normalization.";
  e.hypothesis = "With batches of 2 and 4 the test accuracy is lower with batch normalization than without.";
  e.measure = "accuracy";
  e.in_words = "the test accuracy";
  e.not_shown =
      "All sizes train for equally many epochs, so it does not show what large batches would reach with as many steps "
      "as small ones.";
  e.see = "docs/batchnorm.md";

  Arm sorted = batchnorm_arm();
  sorted.name = kByClass;
  sorted.apply = [](Trial& trial) {
    trial.run.architecture.norm = "batch";
    trial.by_class = true;
    trial.rates = {1e-3};  // a single rate, so nothing is chosen
  };
  e.arms = {plain_arm(), centred_arm(), batchnorm_arm(), sorted};
  e.base.run.architecture.hidden = {100};
  e.base.images = size.of<std::size_t>(4000, 2000);
  e.base.run.training.epochs = size.of<std::size_t>(3, 2);
  e.base.all_statistics = true;
  e.base.rates = size.of<std::vector<double>>({3e-4, 1e-3, 3e-3, 1e-2}, {3e-4, 1e-3, 3e-3});
  e.shared_rate = false;
  e.varied = "batch size (images)";
  e.sweep.clear();
  const std::vector<std::size_t> sizes =
      size.of<std::vector<std::size_t>>({2, 4, 8, 16, 32, 64, 256, 1024}, {2, 4, 16, 64, 1024});
  for (const std::size_t batch : sizes) {
    std::vector<std::string> arms = {kPlain, kCentred, kBatchNorm};
    if (batch == 64) arms.push_back(kByClass);
    e.sweep.push_back({std::to_string(batch), [=](Trial& trial) { trial.run.training.batch = batch; },
                       static_cast<double>(batch), arms});
  }
  e.tables = {"loss", "accuracy", "accuracy_population", "accuracy_batch"};

  e.read = [](const Results& r) {
    Reading reading;
    for (const char* control : {kPlain, kCentred}) {
      for (const char* batch : {"2", "4"}) {
        reading.comparisons.push_back(
            r.compare({control, batch, RateKind::own}, {kBatchNorm, batch, RateKind::own}, Claimed::lower,
                      format("batches of %s", batch) + (control == kPlain ? "" : std::string(" against ") + control)));
        reading.comparisons.back().of_weakness = true;  // not to learn at all is as claimed
      }
    }
    reading.remarks = {own_rates_remark(r)};
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Test accuracy against batch size", .description = "", .panels = {}};
    for (const char* measure : {"accuracy", "accuracy_population", "accuracy_batch"}) {
      figure.panels.push_back(sweep_panel(r, measure, RateKind::own, true));
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
