#include "bnlab/lab/trials/arms.hpp"

#include "bnlab/lab/trials/answer.hpp"

namespace bnlab {

Arm plain_arm() {
  return {kPlain, [](Trial& trial) { trial.run.architecture.norm = "none"; }};
}

Arm centred_arm() {
  return {kCentred, [](Trial& trial) {
            trial.run.architecture.norm = "none";
            trial.pixels = "centred";
          }};
}

Arm batchnorm_arm() {
  return {kBatchNorm, [](Trial& trial) { trial.run.architecture.norm = "batch"; }};
}

std::string good_init(const std::string& activation) {
  return activation == "sigmoid" || activation == "tanh" ? "xavier" : "kaiming";
}

std::string shared_rate_remark(const Results& results, const std::string& control, const std::string& treated) {
  const Experiment& experiment = results.experiment();
  std::vector<std::string> parts;
  for (const Point& point : experiment.sweep) {
    const Which first{control, point.name, RateKind::shared};
    const Which second{treated, point.name, RateKind::shared};
    if (!results.has(first, experiment.measure) || !results.has(second, experiment.measure)) continue;
    const Estimate difference =
        paired_estimate(results.values(first, experiment.measure), results.values(second, experiment.measure));
    const char* direction = difference.mean < 0 ? "lower" : "higher";
    const bool differs = difference.p_value < 0.05;
    const double lr = results.runs(second).front()->lr;
    parts.push_back(format("%s%s%s (learning rate %g, %s)", differs ? direction : "not different beyond noise",
                           point.name.empty() ? "" : " in ", point.name.c_str(), lr,
                           difference_text(experiment.measure, difference).c_str()));
  }
  if (parts.empty()) return "";
  return "With one learning rate for all arms, " + treated + " against " + control + ": " + enumerated(parts) + ".";
}

std::string own_rates_remark(const Results& results) {
  const Experiment& experiment = results.experiment();
  std::string text;
  for (const Point& point : experiment.sweep) {
    std::vector<std::string> parts;
    for (const Arm& arm : experiment.arms) {
      const std::size_t tried = results.rates_tried(arm.name, point.name).size();
      if (tried == 0) continue;
      const BestRate best = results.best_rate(arm.name, point.name);
      const char* remark = tried == 1 ? " (the only one tried)" : best.at_edge ? " (the grid's edge)" : "";
      parts.push_back(format("%s %.3g%s", arm.name.c_str(), best.lr, remark));
    }
    if (parts.empty()) continue;
    text += (text.empty() ? "Best learning rates, by the " + measure_axis(experiment.chosen_by) + " of other seeds: "
                          : "; ") +
            (point.name.empty() ? "" : point.name + ": ") + enumerated(parts);
  }
  return text.empty() ? "" : text + ".";
}

}  // namespace bnlab
