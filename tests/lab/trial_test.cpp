// A run of an experiment: what is measured is what a training loop written here finds, and what did not happen is
// measured as guessing.
#include "bnlab/lab/trials/trial.hpp"

#include "bnlab/lab/trials/probe.hpp"
#include "bnlab/nn/loss.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::trial_test {

namespace {

const double kGuessing = std::log(3.0);

// The losses of the trial's batches, from a training loop of its own; they end where one is not finite.
std::vector<double> losses_by_hand(const Trial& trial, const DatasetPair& data, std::size_t steps) {
  RunSettings run = trial.run;
  run.architecture.inputs = data.train.features();
  run.architecture.classes = data.train.classes;
  Network network = make_network(run.architecture, run.training.seed, nullptr, run.init);
  const auto optimizer = make_optimizer(run.optimizer, network, nullptr);
  Subset images = all_images(data.train);
  SoftmaxCrossEntropy criterion;
  std::vector<double> losses;
  for (std::size_t epoch = 1; losses.size() < steps; ++epoch) {
    shuffle_for_epoch(images, run.training.seed, epoch);
    const BatchPlan plan(images.indices.size(), run.training.batch);
    for (std::size_t b = 0; b < plan.count() && losses.size() < steps; ++b) {
      Batch batch;
      batch.load(images, plan.begin(b), plan.end(b), nullptr);
      const double loss = criterion.forward(network.forward(batch.images, Mode::train), batch.labels);
      if (!std::isfinite(loss)) return losses;
      losses.push_back(loss);
      network.backward(criterion.backward());
      optimizer->step();
    }
  }
  return losses;
}

double mean(const std::vector<double>& values, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += values.at(i);
  return sum / static_cast<double>(end - begin);
}

}  // namespace

TEST_CASE("the loss is the mean over the steps of the run") {
  const DatasetPair data = small_data();
  for (const char* norm : {"none", "batch"}) {
    CAPTURE(norm);
    Trial trial = small_trial();
    trial.run.architecture.norm = norm;
    trial.run.training.epochs = 5;
    const std::vector<double> losses = losses_by_hand(trial, data, 30);
    const Measurements measured = *run_to_the_end(trial, data);
    CHECK(measured.values.at("loss") == doctest::Approx(mean(losses, 0, 30)));
    CHECK(measured.values.at("final_loss") == doctest::Approx(mean(losses, 27, 30)));
    CHECK(measured.values.at("diverged") == 0);
    const std::vector<double>& curve = measured.curves.at("loss");
    REQUIRE(curve.size() == 30);
    for (std::size_t i = 0; i < 30; ++i) CHECK(curve[i] == doctest::Approx(losses[i]));
  }
}

TEST_CASE("a curve of many steps is kept as 60 means of equal parts") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.training.epochs = 20;
  const std::vector<double> losses = losses_by_hand(trial, data, 120);
  const std::vector<double> curve = run_to_the_end(trial, data)->curves.at("loss");
  REQUIRE(curve.size() == 60);
  for (std::size_t i = 0; i < 60; ++i) CHECK(curve[i] == doctest::Approx(mean(losses, 2 * i, 2 * i + 2)));
}

TEST_CASE("a number of steps ends the run within an epoch, or goes beyond the epochs") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  for (const std::size_t steps : {4u, 6u, 25u}) {
    CAPTURE(steps);
    trial.steps = steps;
    CHECK(planned_steps(trial, data.train) == steps);
    const Measurements measured = *run_to_the_end(trial, data);
    const std::vector<double> losses = losses_by_hand(trial, data, steps);
    CHECK(measured.curves.at("loss").size() == steps);
    CHECK(measured.values.at("loss") == doctest::Approx(mean(losses, 0, steps)));
  }
}

TEST_CASE("the planned steps are those that are made") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  CHECK(planned_steps(trial, data.train) == 18);  // 61 images: 6 batches, the last of 11
  trial.images = 45;
  CHECK(planned_steps(trial, data.train) == 15);
  trial.validation = 0.1;  // 4.5 images: 5 (llround)
  CHECK(planned_steps(trial, data.train) == 12);
  CHECK(run_to_the_end(trial, data)->curves.at("loss").size() == 12);
}

TEST_CASE("learned means a final loss below 85 % of that of guessing") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.optimizer.lr = 0.005;
  bool some = false, others = false;
  for (const std::size_t epochs : {1u, 2u, 3u, 4u, 6u, 8u, 12u, 20u}) {
    trial.run.training.epochs = epochs;
    const Measurements measured = *run_to_the_end(trial, data);
    const bool learned = measured.values.at("final_loss") < 0.85 * kGuessing;
    CHECK(measured.values.at("learned") == (learned ? 1 : 0));
    (learned ? some : others) = true;
  }
  CHECK(some);
  CHECK(others);
  CHECK(loss_of_guessing(3) == doctest::Approx(kGuessing));
}

TEST_CASE("a run that diverges counts as one that guesses") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.optimizer.name = "sgd";
  trial.run.optimizer.lr = kDouble ? 1e200 : 1e30;
  trial.all_statistics = true;
  trial.validation = 0.2;
  const Measurements measured = *run_to_the_end(trial, data);
  CHECK(measured.values.at("diverged") == 1);
  CHECK(measured.values.at("learned") == 0);
  CHECK(measured.values.at("loss") == doctest::Approx(kGuessing));
  CHECK(measured.values.at("final_loss") == doctest::Approx(kGuessing));
  for (const char* loss : {"test_loss", "validation_loss", "test_loss_population"}) {
    CHECK(measured.values.at(loss) == doctest::Approx(10 * kGuessing));  // no network that overfits is worse
  }
  for (const char* accuracy : {"accuracy", "validation_accuracy", "accuracy_population", "accuracy_batch"}) {
    CHECK(measured.values.at(accuracy) == doctest::Approx(1.0 / 3));
  }
  for (const double loss : measured.curves.at("loss")) CHECK(loss <= 2 * kGuessing);
}

TEST_CASE("the steps after divergence are those of guessing, and those before count as they were") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.optimizer.name = "sgd";
  trial.run.optimizer.lr = kDouble ? 1e200 : 1e30;
  const std::vector<double> losses = losses_by_hand(trial, data, 18);
  REQUIRE(!losses.empty());
  REQUIRE(losses.size() < 18);
  const std::vector<double> curve = run_to_the_end(trial, data)->curves.at("loss");
  REQUIRE(curve.size() == 18);
  for (std::size_t i = 0; i < 18; ++i) {
    CHECK(curve[i] == doctest::Approx(i < losses.size() ? std::min(losses[i], 2 * kGuessing) : kGuessing));
  }
}

TEST_CASE("a training loss is at most that of guessing, one in evaluation at most ten times that") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.optimizer.name = "sgd";
  trial.run.optimizer.lr = 300;  // finite, and far from any minimum
  trial.validation = 0.2;
  trial.all_statistics = true;
  const Measurements measured = *run_to_the_end(trial, data);
  REQUIRE(measured.values.at("diverged") == 0);
  for (const char* loss : {"loss", "final_loss"}) {
    CHECK(measured.values.at(loss) == doctest::Approx(kGuessing));
  }
  for (const char* loss : {"test_loss", "validation_loss", "test_loss_population"}) {
    CAPTURE(loss);
    CHECK(measured.values.at(loss) == doctest::Approx(10 * kGuessing));
  }
}

// Labels of test images that are all wrong: the better a network fits, the worse it does there.
TEST_CASE("of networks that are worse than guessing on the test images it is seen which is worse") {
  DatasetPair data = small_data();
  for (std::uint8_t& label : data.test.labels) label = static_cast<std::uint8_t>((label + 1) % 3);
  Trial trial = small_trial();
  trial.run.training.epochs = 10;
  const double sooner = run_to_the_end(trial, data)->values.at("test_loss");
  trial.run.training.epochs = 30;
  const double later = run_to_the_end(trial, data)->values.at("test_loss");
  CHECK(sooner > kGuessing);
  CHECK(later > sooner);
}

TEST_CASE("the same trial has the same result, and another seed another one") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.run.architecture.norm = "batch";
  trial.run.architecture.dropout = 0.3;
  trial.noise = 0.5;
  trial.validation = 0.2;
  trial.all_statistics = true;
  const Measurements first = *run_to_the_end(trial, data);
  const Measurements second = *run_to_the_end(trial, data);
  CHECK(first.values == second.values);
  CHECK(first.curves == second.curves);
  trial.run.training.seed = 2;
  CHECK(run_to_the_end(trial, data)->values.at("loss") != first.values.at("loss"));
}

TEST_CASE("a run that is to stop has no result") {
  const DatasetPair data = small_data();
  std::size_t asked = 0;
  const auto stop_at_third = [&] { return ++asked == 3; };
  CHECK(!run_trial(small_trial(), data, nullptr, stop_at_third));
  CHECK(asked == 3);
  const auto stop_after_the_last = [&] { return ++asked > 3 + 18; };
  CHECK(run_trial(small_trial(), data, nullptr, stop_after_the_last));
}

TEST_CASE("more training images than there are is an error that says so") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.images = 62;
  CHECK(contains(error_of([&] { run_to_the_end(trial, data); }), "at most 61 training images, got 62"));
  trial.images = 61;
  CHECK(run_to_the_end(trial, data));
}

}  // namespace bnlab::testing::trial_test
