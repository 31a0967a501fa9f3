// Where batch normalization belongs, and what of it is needed: before or after the activation; with or without the bias
// of the Linear before it, and γ and β; with which momentum of the running statistics.
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {
namespace {

constexpr const char* kBefore = "before";
constexpr const char* kAfter = "after";
constexpr const char* kNoBias = "before, no bias";
constexpr const char* kNoAffine = "before, no γ, β";

std::string with_momentum(double momentum) { return format("momentum %g", momentum); }

Arm arm(const std::string& name, std::function<void(Architecture&)> change) {
  return {name, [=](Trial& trial) {
            trial.run.architecture.norm = "batch";
            change(trial.run.architecture);
          }};
}

}  // namespace

Experiment placement(const Size& size) {
  Experiment e;
  e.name = "placement";
  e.claim = "Batch normalization belongs before the activation function.";
  e.hypothesis =
      "The training loss is lower with batch normalization before the activation than after it, each at its own best "
      "learning rate.";
  e.measure = "loss";
  e.in_words = "the training loss, averaged over all steps,";
  e.treated = "With batch normalization before the activation";
  e.not_shown =
      "These networks have no shortcuts and no convolutions, where the place decides what else is normalized.";
  e.see = "docs/batchnorm.md";

  e.arms = {plain_arm(),
            centred_arm(),
            arm(kBefore, [](Architecture&) {}),
            arm(kAfter, [](Architecture& a) { a.place = "after"; }),
            arm(kNoBias, [](Architecture& a) { a.bias = false; }),
            arm(kNoAffine, [](Architecture& a) { a.norm_options.affine = false; })};
  for (const double momentum : {0.001, 0.01, 0.9}) {
    e.arms.push_back(arm(with_momentum(momentum), [=](Architecture& a) { a.norm_options.momentum = momentum; }));
  }
  for (Arm& one : e.arms) {
    // The momentum of the record changes nothing in training, so these arms choose no rate: they have the shared one.
    if (one.name.starts_with("momentum")) {
      const auto apply = one.apply;
      one.apply = [=](Trial& trial) {
        apply(trial);
        trial.rates.clear();
      };
    }
  }
  e.base.images = size.of<std::size_t>(5000, 2000);
  e.varied = "network";
  e.sweep = {{"256 relu",
              [=](Trial& trial) {
                trial.run.architecture.hidden = {256};
                trial.run.training.epochs = size.of<std::size_t>(3, 2);
                trial.rates = size.of<std::vector<double>>({3e-4, 1e-3, 3e-3, 1e-2}, {1e-3, 3e-3, 1e-2});
              }},
             {"100-100-100 sigmoid", [=](Trial& trial) {
                trial.run.architecture.hidden = {100, 100, 100};
                trial.run.architecture.activation = "sigmoid";
                trial.run.training.epochs = size.of<std::size_t>(3, 2);
                trial.rates = size.of<std::vector<double>>({1e-3, 3e-3, 1e-2, 3e-2}, {3e-3, 1e-2, 3e-2});
              }}};

  e.read = [](const Results& r) {
    Reading reading;
    reading.remarks = {own_rates_remark(r)};
    for (const Point& point : r.experiment().sweep) {
      const Which before{kBefore, point.name, RateKind::own};
      reading.comparisons.push_back(r.compare({kAfter, point.name, RateKind::own}, before, Claimed::lower, point.name));
      for (const char* without : {kNoBias, kNoAffine}) {
        const Estimate difference =
            paired_estimate(r.values(before, "loss"), r.values({without, point.name, RateKind::own}, "loss"));
        reading.remarks.push_back(format("%s: '%s' changes the training loss by %+.4f (95 %% interval %+.4f to %+.4f).",
                                         point.name.c_str(), without, difference.mean, difference.low,
                                         difference.high));
      }
    }
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Places and parts of batch normalization", .description = "", .panels = {}};
    for (const Point& point : r.experiment().sweep) {
      Panel loss = arms_panel(r, {"loss"}, point.name, RateKind::own);
      figure.panels.push_back(loss);
      Panel accuracy = arms_panel(r, {"accuracy"}, point.name, RateKind::shared);
      figure.panels.push_back(accuracy);
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
