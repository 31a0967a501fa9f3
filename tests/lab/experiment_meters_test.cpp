// What the experiments measure beside the loss: of every run a finite number, also where it diverges, and of one that
// overflows never a flattering one.
#include <set>

#include "bnlab/lab/trials/experiments.hpp"
#include "bnlab/lab/trials/runner.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::experiment_meters_test {

namespace {

const double kOverflows = kDouble ? 1e200 : 1e25;

// A run of an arm as the experiment has it, but on small images, of that many steps.
Measurements run_of(
    const Experiment& experiment, const std::string& arm, std::size_t steps,
    const std::function<void(Trial&)>& change = [](Trial&) {}) {
  for (Job job : next_jobs(experiment, {.quick = true, .seeds = 3}, Results(experiment, 3))) {
    if (!job.record.arm.starts_with(arm)) continue;
    job.trial.images = 0;
    job.trial.steps = steps;
    change(job.trial);
    const std::unique_ptr<Meter> meter = experiment.meter ? experiment.meter() : nullptr;
    return *run_to_the_end(job.trial, small_data(), meter.get());
  }
  FAIL("no such arm: " << arm);
  return {};
}

// The first arm with batch normalization: "batchnorm" or "before".
std::string normalised_arm(const Experiment& experiment) {
  for (const Arm& arm : experiment.arms) {
    if (experiment.trial_of(arm, experiment.sweep.front()).run.architecture.norm == "batch") return arm.name;
  }
  return "";
}

void check_finite(const Measurements& measured) {
  for (const auto& [name, value] : measured.values) {
    const std::string of = name;
    CAPTURE(of);
    CHECK(std::isfinite(value));
  }
  for (const auto& [name, values] : measured.curves) {
    const std::string of = name;
    CAPTURE(of);
    for (const double value : values) CHECK(std::isfinite(value));
  }
}

}  // namespace

TEST_CASE("every experiment's measures are finite, and the one that it judges is there") {
  for (const MakeExperiment make : experiments()) {
    const Experiment e = make({.quick = true, .seeds = 3});
    CAPTURE(e.name);
    for (const std::string& arm : {std::string("plain"), normalised_arm(e)}) {
      const Measurements measured = run_of(e, arm, 30);
      check_finite(measured);
      for (const std::string& table : e.tables) {
        CHECK((measured.values.contains(table) || table.starts_with("accuracy_")));
      }
    }
  }
}

TEST_CASE("also of a run that diverges: at its first steps, or where its inputs overflow") {
  for (const MakeExperiment make : experiments()) {
    const Experiment e = make({.quick = true, .seeds = 3});
    CAPTURE(e.name);
    for (const std::string& arm : {std::string("plain"), normalised_arm(e)}) {
      CAPTURE(arm);
      for (const std::size_t steps : {1u, 60u}) {
        check_finite(run_of(e, arm, steps, [](Trial& trial) {
          trial.run.optimizer.name = "sgd";
          trial.run.optimizer.lr = kOverflows;
        }));
        check_finite(run_of(e, arm, steps, [](Trial& trial) { trial.inputs.factor = kOverflows; }));
      }
    }
  }
}

TEST_CASE("a loss that overflows along the gradient is not smooth") {
  const Experiment e = find_experiment("smoothness", {.quick = true, .seeds = 3});
  const DatasetPair data = small_data();
  const Split images = split(data.train, 0, 0, 1);
  Trial trial = small_trial();
  trial.run.architecture.inputs = 16;
  trial.run.architecture.classes = 3;
  Run run(trial.run, nullptr);
  // A look goes as far as the trial's learning rate says.
  const auto look_with = [&](double lr) {
    trial.run.optimizer.lr = lr;
    const Workbench bench{.trial = trial, .images = images, .test = data.test, .run = run, .steps = 25};
    const std::unique_ptr<Meter> meter = e.meter();
    Measurements measured;
    meter->at_start(bench);
    meter->after_step(bench, 25);
    meter->at_end(bench, measured);
    return measured.values;
  };
  CHECK(look_with(1e-3).at("loss_range") < 0.1);
  CHECK(look_with(1e-3).at("loss_range") > 0);
  const auto overflowing = look_with(kOverflows);
  CHECK(overflowing.at("loss_range") == doctest::Approx(10 * std::log(3.0)));
  CHECK(overflowing.at("gradient_change") == 1000);
}

TEST_CASE("drift and gradient are measured of the network, and do not change its training") {
  for (const char* name : {"covariate-shift", "smoothness", "gradient-flow", "regularization"}) {
    CAPTURE(name);
    Experiment e = find_experiment(name, {.quick = true, .seeds = 3});
    const double with_meter = run_of(e, "batchnorm", 60).values.at("loss");
    e.meter = {};
    CHECK(run_of(e, "batchnorm", 60).values.at("loss") == with_meter);
  }
}

TEST_CASE("a network that stays as it is does not drift, and one with noise drifts more") {
  const Experiment e = find_experiment("covariate-shift", {.quick = true, .seeds = 3});
  const auto still = [](Trial& trial) { trial.run.optimizer.lr = 0; };
  CHECK(run_of(e, "plain", 60, still).values.at("drift") == 0);
  CHECK(run_of(e, "batchnorm", 60, still).values.at("drift") == 0);
  CHECK(run_of(e, "plain", 60).values.at("drift") > 0);
  CHECK(run_of(e, "noisy 2", 60).values.at("drift") > run_of(e, "batchnorm", 60).values.at("drift"));
}

// Inputs of nearly 0: a unit's output is its bias, the same for all images. It moves, by many times its deviation.
TEST_CASE("units without any deviation do not make the drift as large as a number can be") {
  const Experiment e = find_experiment("covariate-shift", {.quick = true, .seeds = 3});
  const auto without_images = [](Trial& trial) { trial.inputs.factor = 1e-30; };
  const double drift = run_of(e, "plain", 60, without_images).values.at("drift");
  CHECK(drift > 1);
  CHECK(drift <= 1000);
}

}  // namespace bnlab::testing::experiment_meters_test
