// Does batch normalization speed up training?
//
// Two networks: a shallow one with ReLU under Adam, and the three sigmoid layers of Ioffe and Szegedy (2015, section
// 4.1) under SGD. Each arm has its own best learning rate, as one rate for all can set the sign of the answer.
#include "bnlab/lab/trials/arms.hpp"
#include "bnlab/lab/trials/experiment_panels.hpp"
#include "bnlab/lab/trials/experiments.hpp"

namespace bnlab {

Experiment convergence(const Size& size) {
  Experiment e;
  e.name = "convergence";
  e.claim = "Batch normalization speeds up training: a network needs fewer steps to reach a low loss.";
  e.hypothesis =
      "At each arm's own best learning rate the training loss, averaged over all steps, is lower with batch "
      "normalization than without, also where the plain network is given centred inputs.";
  e.measure = "loss";
  e.in_words = "the training loss, averaged over all steps,";
  e.not_shown =
      "This is about steps, not seconds (a step with batch normalization takes longer), and about fully connected "
      "networks; it does not show what happens in deep convolutional ones.";
  e.see = "docs/batchnorm.md";

  e.arms = {plain_arm(), centred_arm(), batchnorm_arm()};
  e.base.images = size.of<std::size_t>(0, 3000);
  e.varied = "network";
  e.sweep = {{"512 relu",
              [=](Trial& trial) {
                trial.run.architecture.hidden = {512};
                trial.run.training.epochs = size.of<std::size_t>(3, 1);
                trial.rates = size.of<std::vector<double>>({1e-4, 3e-4, 1e-3, 3e-3, 1e-2}, {3e-4, 1e-3, 3e-3});
              }},
             {"100-100-100 sigmoid", [=](Trial& trial) {
                trial.run.architecture.hidden = {100, 100, 100};
                trial.run.architecture.activation = "sigmoid";
                trial.run.optimizer.name = "sgd";
                trial.run.optimizer.lr = 0.3;
                trial.run.training.batch = 60;
                trial.run.training.epochs = size.of<std::size_t>(8, 4);
                trial.rates = size.of<std::vector<double>>({0.1, 0.3, 1, 3, 10}, {0.3, 1, 3});
              }}};

  e.read = [](const Results& r) {
    Reading reading;
    for (const Point& point : r.experiment().sweep) {
      for (const char* control : {kPlain, kCentred}) {
        reading.comparisons.push_back(r.compare({control, point.name, RateKind::own},
                                                {kBatchNorm, point.name, RateKind::own}, Claimed::lower,
                                                point.name + " against " + control));
      }
    }
    reading.remarks = {own_rates_remark(r), shared_rate_remark(r, kPlain, kBatchNorm),
                       shared_rate_remark(r, kCentred, kBatchNorm)};
    return reading;
  };

  e.draw = [](const Results& r) {
    Figure figure{.title = "Training loss, each arm at its own best learning rate", .description = "", .panels = {}};
    for (const Point& point : r.experiment().sweep) {
      figure.panels.push_back(
          curve_panel(r, "loss", point.name, RateKind::own, point.name, 100, "training, % of steps"));
      figure.panels.push_back(rates_panel(r, point.name, point.name + ": choosing the learning rate"));
    }
    return figure;
  };
  return e;
}

}  // namespace bnlab
