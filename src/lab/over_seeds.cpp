#include "bnlab/lab/over_seeds.hpp"

#include <numeric>

#include "bnlab/core/text.hpp"
#include "bnlab/lab/statistics/paired.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kLeastSeeds = 3;  // as of a judgement

double mean_of_steps(const std::vector<double>& losses) {
  if (losses.empty()) return 0;
  return std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size());
}

bool both_finished(const SeedPair& pair) { return pair[0].finished && pair[1].finished; }

std::size_t finished_pairs(const std::vector<SeedPair>& pairs) {
  std::size_t count = 0;
  for (const SeedPair& pair : pairs) count += both_finished(pair) ? 1 : 0;
  return count;
}

std::size_t diverged_runs(const std::vector<SeedPair>& pairs, std::size_t network) {
  std::size_t count = 0;
  for (const SeedPair& pair : pairs) count += pair[network].diverged() ? 1 : 0;
  return count;
}

// `value` takes a measure from a run.
template <class Value>
MeasureOverSeeds measure_over(const std::vector<SeedPair>& pairs, const char* name, const char* key, bool is_share,
                              Value value) {
  std::array<std::vector<double>, 2> values;
  for (const SeedPair& pair : pairs) {
    if (!both_finished(pair)) continue;
    for (std::size_t network = 0; network < 2; ++network) values[network].push_back(value(pair[network]));
  }
  MeasureOverSeeds measure = {.name = name,
                              .key = key,
                              .is_share = is_share,
                              .first = estimate(values[0]),
                              .second = estimate(values[1]),
                              .difference = paired_estimate(values[0], values[1])};
  measure.p_value = measure.difference.p_value;
  return measure;
}

// "0.2345 ± 0.0034", in percent "93.91 ± 0.40".
std::string mean_and_half_width(const std::string& mean, const Estimate& estimate, bool is_share) {
  if (estimate.count < 2) return mean;
  return mean + (is_share ? format(" ± %.2f", 100 * estimate.half_width()) : format(" ± %.4f", estimate.half_width()));
}

// "the loss diverged in 2 of 5 seeds without batch normalization and in 0 with it"
std::string divergence(const RunPair& names, const std::vector<SeedPair>& pairs) {
  return format("the loss diverged in %zu of %zu seeds %s and in %zu %s", diverged_runs(pairs, 0), pairs.size(),
                place_of_first(names).c_str(), diverged_runs(pairs, 1), place_of_second(names).c_str());
}

// "was 93.91 ± 0.40 % without batch normalization and 94.60 ± 0.20 % with it: a difference of …"
std::string describe_measure(const RunPair& names, const MeasureOverSeeds& measure) {
  const std::string p = "p " + p_value_text(measure.p_value);
  const std::string difference = difference_text(measure);
  const std::string what = measure.significant()
                               ? "a difference of " + difference + " (" + p + ")"
                               : "no difference beyond the noise of seeds (" + difference + ", " + p + ")";
  return "was " + mean_text(measure, measure.first) + " " + place_of_first(names) + " and " +
         mean_text(measure, measure.second) + " " + place_of_second(names) + ": " + what;
}

// "with batch normalization", "with layer normalization than with batch normalization": where the second network stands.
std::string second_beside_first(const RunPair& names) {
  const auto is_plain_run = [](const Run& run) { return !run.settings.architecture.normalised(); };
  const auto norm_name = [](const Run& run) { return std::string(norm_kind(run.settings.architecture.norm).help); };
  if (is_plain_run(names[1])) return "without " + norm_name(names[0]);
  const std::string with = "with " + norm_name(names[1]);
  return is_plain_run(names[0]) ? with : with + " than with " + norm_name(names[0]);
}

}  // namespace

SeedRun seed_run(const Run& run) {
  SeedRun result;
  result.seed = run.settings.training.seed;
  result.finished = run.finished();
  result.diverged_at_step = run.training.diverged_at_step;
  result.train_loss = mean_of_steps(run.step_losses);
  const std::vector<EpochResult>& epochs = run.training.epochs;
  if (!epochs.empty() && epochs.back().validated) result.validation_accuracy = epochs.back().validation_accuracy;
  result.test_accuracy = run.test.accuracy;
  result.test_loss = run.test.loss;
  return result;
}

std::vector<MeasureOverSeeds> measures_over_seeds(const std::vector<SeedPair>& pairs) {
  std::vector<MeasureOverSeeds> measures;
  if (finished_pairs(pairs) == 0) return measures;
  bool validated = true;
  for (const SeedPair& pair : pairs) {
    if (both_finished(pair)) validated = validated && pair[0].validation_accuracy && pair[1].validation_accuracy;
  }
  measures.push_back(measure_over(pairs, "mean training loss", "mean_train_loss", false,
                                  [](const SeedRun& run) { return run.train_loss; }));
  if (validated) {
    measures.push_back(measure_over(pairs, "validation accuracy", "validation_accuracy", true,
                                    [](const SeedRun& run) { return *run.validation_accuracy; }));
  }
  measures.push_back(measure_over(pairs, "test accuracy", "test_accuracy", true,
                                  [](const SeedRun& run) { return run.test_accuracy; }));

  std::vector<double> p_values;
  for (const MeasureOverSeeds& measure : measures) p_values.push_back(measure.p_value);
  const std::vector<double> adjusted = holm(p_values);
  for (std::size_t i = 0; i < measures.size(); ++i) measures[i].p_value = adjusted[i];
  return measures;
}

std::string finding_over_seeds(const RunPair& names, const std::vector<SeedPair>& pairs) {
  Architecture network = names[0].settings.architecture;
  network.norm = "none";
  const std::string in = "In " + network.describe() + " under " + names[0].settings.optimizer.describe() + ", ";
  const std::size_t finished = finished_pairs(pairs);
  std::string text = in;
  if (diverged_runs(pairs, 0) + diverged_runs(pairs, 1) > 0) {
    text += divergence(names, pairs) + ". ";
    if (finished == 0) return text.substr(0, text.size() - 1);
    text += format("In the other %zu seeds ", finished);
  }
  if (finished == 0) return in + "no pair of runs finished.";
  const std::vector<MeasureOverSeeds> measures = measures_over_seeds(pairs);
  text += "mean test accuracy " + describe_measure(names, measures.back()) + ". ";
  text += "Mean training loss over all steps " + describe_measure(names, measures.front()) + ". ";
  return text + format(
                    "± is half of a 95 %% interval over seeds; p is that of the paired t test, adjusted for %zu "
                    "measures (Holm).",
                    measures.size());
}

std::string meaning_over_seeds(const RunPair& names, const std::vector<SeedPair>& pairs) {
  const std::size_t finished = finished_pairs(pairs);
  if (finished < kLeastSeeds) {
    return format("So few pairs of runs (%zu, where %zu are needed) cannot tell a difference from noise.", finished,
                  kLeastSeeds);
  }
  const std::vector<MeasureOverSeeds> measures = measures_over_seeds(pairs);
  const MeasureOverSeeds& loss = measures.front();
  const MeasureOverSeeds& test = measures.back();
  std::string learned = "did not have a measurably lower or higher training loss ";
  if (loss.significant())
    learned = loss.difference.mean < 0 ? "had a lower training loss " : "had a higher training loss ";
  std::string tested = "did not do measurably better or worse on the test images";
  if (test.significant())
    tested = test.difference.mean > 0 ? "did better on the test images" : "did worse on the test images";
  return format("So over these %zu seeds the network ", finished) + learned + second_beside_first(names) + ", and " +
         tested + ".";
}

std::string mean_text(const MeasureOverSeeds& measure, const Estimate& estimate) {
  if (!measure.is_share) return mean_and_half_width(format("%.4f", estimate.mean), estimate, false);
  return mean_and_half_width(format("%.2f", 100 * estimate.mean), estimate, true) + " %";
}

std::string difference_text(const MeasureOverSeeds& measure) {
  const Estimate& difference = measure.difference;
  if (!measure.is_share) return mean_and_half_width(format("%+.4f", difference.mean), difference, false);
  return mean_and_half_width(format("%+.2f", 100 * difference.mean), difference, true) + " points";
}

}  // namespace bnlab
