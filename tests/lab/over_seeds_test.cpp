// What several seeds showed: the measures against those computed by hand, and every sentence.
#include "bnlab/lab/over_seeds.hpp"

#include <cmath>

#include "../support.hpp"

namespace bnlab::testing::over_seeds_test {

namespace {

Run run_with(const std::string& norm) {
  RunSettings settings;
  settings.architecture = {.inputs = 4, .hidden = {3}, .classes = 2, .activation = "relu", .norm = norm};
  settings.optimizer.name = "sgd";
  settings.optimizer.lr = 0.1;
  settings.training.seed = 7;
  return Run(settings, nullptr);
}

RunPair names(const std::string& first = "none", const std::string& second = "batch") {
  return {run_with(first), run_with(second)};
}

SeedRun kept(double loss, double validation, double test) {
  SeedRun run;
  run.finished = true;
  run.train_loss = loss;
  run.validation_accuracy = validation;
  run.test_accuracy = test;
  return run;
}

SeedRun diverged() {
  SeedRun run;
  run.diverged_at_step = 9;
  return run;
}

// Test accuracy 0.80 and 0.90, training loss 0.50 and 0.30, with a little noise.
std::vector<SeedPair> four_seeds() {
  return {{kept(0.50, 0.79, 0.80), kept(0.30, 0.88, 0.90)},
          {kept(0.51, 0.80, 0.81), kept(0.32, 0.80, 0.90)},
          {kept(0.49, 0.83, 0.80), kept(0.29, 0.83, 0.91)},
          {kept(0.50, 0.81, 0.79), kept(0.29, 0.80, 0.89)}};
}

std::vector<SeedPair> without_difference() {
  std::vector<SeedPair> pairs = four_seeds();
  const double noise[] = {0.01, -0.01, 0.02, -0.02};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i][1] = pairs[i][0];
    pairs[i][1].train_loss += noise[i];
    pairs[i][1].test_accuracy -= noise[i];
  }
  return pairs;
}

std::vector<SeedPair> swapped(std::vector<SeedPair> pairs) {
  for (SeedPair& pair : pairs) std::swap(pair[0], pair[1]);
  return pairs;
}

}  // namespace

TEST_CASE("over seeds: the training loss kept of a run is the mean over all its steps") {
  Run run = run_with("none");
  run.step_losses = {4, 2, 1, 1};
  run.training.epochs = {{.epoch = 1, .validated = true, .validation_accuracy = 0.5},
                         {.epoch = 2, .validated = true, .validation_accuracy = 0.75}};
  run.test.accuracy = 0.7;
  const SeedRun result = seed_run(run);
  CHECK(result.seed == 7);
  CHECK(result.finished);
  CHECK(result.train_loss == 2);
  CHECK(result.validation_accuracy == 0.75);
  CHECK(result.test_accuracy == 0.7);
  run.training.diverged_at_step = 3;
  CHECK(seed_run(run).diverged());
  CHECK_FALSE(seed_run(run).finished);
}

// The differences of the test accuracies are 0.10, 0.09, 0.11, 0.10: mean 0.10, deviation sqrt(0.0002 / 3), and the
// 0.975 quantile with 3 degrees of freedom is 3.182446305284263.
TEST_CASE("over seeds: means, intervals and differences are those of the numbers") {
  const std::vector<MeasureOverSeeds> measures = measures_over_seeds(four_seeds());
  REQUIRE(measures.size() == 3);
  CHECK(measures[0].key == std::string("mean_train_loss"));
  CHECK(std::abs(measures[0].first.mean - 0.5) < 1e-12);
  CHECK(std::abs(measures[0].difference.mean + 0.2) < 1e-12);
  CHECK(measures[1].key == std::string("validation_accuracy"));
  CHECK(std::abs(measures[1].second.mean - 0.8275) < 1e-12);
  CHECK(measures[2].key == std::string("test_accuracy"));
  CHECK(std::abs(measures[2].difference.mean - 0.1) < 1e-12);
  const double half = 3.182446305284263 * std::sqrt(0.0002 / 3) / 2;
  CHECK(std::abs(measures[2].difference.half_width() - half) < 1e-12);
  CHECK(mean_text(measures[0], measures[0].first) == "0.5000 ± 0.0130");
  CHECK(difference_text(measures[2]) == format("+10.00 ± %.2f points", 100 * half));
}

TEST_CASE("over seeds: p is adjusted for all measures") {
  const std::vector<MeasureOverSeeds> measures = measures_over_seeds(four_seeds());
  const std::vector<double> adjusted =
      holm({measures[0].difference.p_value, measures[1].difference.p_value, measures[2].difference.p_value});
  for (std::size_t i = 0; i < 3; ++i) CHECK(measures[i].p_value == adjusted[i]);
  CHECK(measures[2].p_value > measures[2].difference.p_value);
}

TEST_CASE("over seeds: without validation images there is no measure of them") {
  std::vector<SeedPair> pairs = four_seeds();
  for (SeedPair& pair : pairs) pair[0].validation_accuracy.reset(), pair[1].validation_accuracy.reset();
  CHECK(measures_over_seeds(pairs).size() == 2);
}

TEST_CASE("over seeds: the sentences of a difference") {
  const std::string found = finding_over_seeds(names(), four_seeds());
  CHECK(
      found.starts_with("In 4-3-2 relu under sgd lr 0.1, mean test accuracy was 80.00 ± 1.30 % without batch "
                        "normalization and 90.00 ± 1.30 % with it: a difference of +10.00 ± 1.30 points (p = 0.0"));
  CHECK(contains(found,
                 "Mean training loss over all steps was 0.5000 ± 0.0130 without batch normalization and 0.3000 "
                 "± 0.0225 with it: a difference of -0.2000 ± 0.0130 (p < 0.0001)"));
  CHECK(found.ends_with("p is that of the paired t test, adjusted for 3 measures (Holm)."));
  CHECK(meaning_over_seeds(names(), four_seeds()) ==
        "So over these 4 seeds the network had a lower training loss with batch normalization, and did better on the "
        "test images.");
}

TEST_CASE("over seeds: what it means, in every direction and for all kinds of pairs") {
  const std::string worse =
      "So over these 4 seeds the network had a higher training loss with batch normalization, and did worse on the "
      "test images.";
  CHECK(meaning_over_seeds(names(), swapped(four_seeds())) == worse);
  CHECK(contains(meaning_over_seeds(names("batch", "none"), swapped(four_seeds())),
                 "a higher training loss without batch normalization, and did worse on"));
  CHECK(contains(meaning_over_seeds(names("batch", "layer"), four_seeds()),
                 "a lower training loss with layer normalization than with batch normalization, and did better on"));
  CHECK(meaning_over_seeds(names(), without_difference()) ==
        "So over these 4 seeds the network did not have a measurably lower or higher training loss with batch "
        "normalization, and did not do measurably better or worse on the test images.");
  CHECK(contains(finding_over_seeds(names(), without_difference()),
                 ": no difference beyond the noise of seeds (+0.00 ± 2.91 points, p = 1)"));
}

TEST_CASE("over seeds: seeds in which a run diverged are counted, and left out of both means") {
  std::vector<SeedPair> pairs = four_seeds();
  pairs.push_back({diverged(), kept(0.1, 0.99, 0.99)});
  pairs.push_back({diverged(), diverged()});
  const std::string found = finding_over_seeds(names(), pairs);
  CHECK(
      found.starts_with("In 4-3-2 relu under sgd lr 0.1, the loss diverged in 2 of 6 seeds without batch "
                        "normalization and in 1 with it. In the other 4 seeds mean test accuracy was 80.00 ± 1.30 %"));
  CHECK(meaning_over_seeds(names(), pairs) == meaning_over_seeds(names(), four_seeds()));
}

TEST_CASE("over seeds: where no pair finished, or two did, nothing is said to follow") {
  const std::vector<SeedPair> none = {{diverged(), kept(0.1, 0.9, 0.9)}, {diverged(), kept(0.1, 0.9, 0.9)}};
  CHECK(measures_over_seeds(none).empty());
  CHECK(finding_over_seeds(names(), none) ==
        "In 4-3-2 relu under sgd lr 0.1, the loss diverged in 2 of 2 seeds without batch normalization and in 0 with "
        "it.");
  std::vector<SeedPair> two = four_seeds();
  two.resize(2);
  CHECK(meaning_over_seeds(names(), two) ==
        "So few pairs of runs (2, where 3 are needed) cannot tell a difference from noise.");
}

}  // namespace bnlab::testing::over_seeds_test
