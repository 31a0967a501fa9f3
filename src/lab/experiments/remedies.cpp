// What to use where batches are small: layer normalization (Ba, Kiros and Hinton, 2016), which looks at one example at a
// time, so that the size of the batch does not matter to it.
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {

Experiment remedies(const Size& size) {
  Experiment e;
  e.name = "remedies";
  e.claim =
      "With small batches use layer normalization in place of batch normalization: it does not depend on the batch.";
  e.hypothesis = "With batches of 2 the training loss is lower with layer normalization than with batch normalization.";
  e.measure = "loss";
  e.in_words = "the training loss, averaged over all steps,";
  e.treated = "With layer normalization";
  e.not_shown =
      "It does not show that either is needed: the plain network is beside them, with and without centred inputs.";
  e.see = "src/nn/layernorm.cpp";

  Arm layernorm{"layernorm", [](Trial& trial) { trial.run.architecture.norm = "layer"; }};
  e.arms = {plain_arm(), centred_arm(), batchnorm_arm(), layernorm};
  e.base.run.architecture.hidden = {100, 100};
  e.base.images = size.of<std::size_t>(4000, 1500);
  e.base.run.training.epochs = 2;
  e.base.all_statistics = true;
  e.base.rates = size.of<std::vector<double>>({1e-4, 3e-4, 1e-3, 3e-3}, {1e-4, 3e-4, 1e-3});
  e.shared_rate = false;
  e.varied = "batch size (images)";
  e.sweep = {{"2", [](Trial& trial) { trial.run.training.batch = 2; }, 2},
             {"64", [](Trial& trial) { trial.run.training.batch = 64; }, 64}};
  e.tables = {"loss", "accuracy", "accuracy_population"};

  e.read = [layernorm](const Results& r) {
    const auto at_batch = [&](const char* control, const char* batch) {
      // The runs of two arms at the same batch size, each with its own best learning rate.
      return r.compare({control, batch, RateKind::own}, {layernorm.name, batch, RateKind::own}, Claimed::lower,
                       format("batches of %s against %s", batch, control));
    };
    Reading reading;
    reading.comparisons = {at_batch(kBatchNorm, "2")};
    const Comparison with_plain = at_batch(kCentred, "2");
    const Estimate difference = paired_estimate(with_plain.control, with_plain.treated);
    reading.remarks = {own_rates_remark(r),
                       format("Layer normalization less the plain network with centred inputs, batches of 2: %+.4f (95 "
                              "%% interval %+.4f to %+.4f).",
                              difference.mean, difference.low, difference.high)};
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Layer normalization with small batches", .description = "", .panels = {}};
    for (const char* batch : {"2", "64"}) {
      Panel panel = arms_panel(r, {"loss"}, batch, RateKind::own);
      panel.title = format("batches of %s", batch);
      figure.panels.push_back(panel);
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
