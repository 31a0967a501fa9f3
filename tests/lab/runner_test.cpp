// An experiment's runs as they are made: the results are the same on any number of threads, and whichever of them were
// kept from before.
#include "bnlab/lab/trials/runner.hpp"

#include <atomic>

#include "small_lab.hpp"

namespace bnlab::testing::runner_test {

namespace {

const Size kSize{.quick = true, .seeds = 3};

// With rates to choose from, a sweep and a meter.
Experiment tuned_experiment() {
  Experiment e = small_experiment();
  e.base.rates = {0.003, 0.03, 0.3};
  e.sweep = {{"a"}, {"b", [](Trial& trial) { trial.run.architecture.activation = "sigmoid"; }}};
  e.read = [](const Results& r) {
    return Reading{.comparisons = {r.compare({"plain", "a"}, {"batchnorm", "a"}, Claimed::lower, "a")}, .remarks = {}};
  };
  class Counter : public Meter {
    void after_step(const Workbench&, std::size_t) override { ++steps_; }
    void at_end(const Workbench&, Measurements& measured) override { measured.values["steps"] = steps_; }
    double steps_ = 0;
  };
  e.meter = [] { return std::make_unique<Counter>(); };
  return e;
}

struct Lab {
  std::optional<Results> run(const Experiment& experiment, const RunnerSettings& settings = {}) {
    made = kept = 0;
    RunnerSettings counting = settings;
    counting.on_run = [&](const Job&, double work, bool is_made) {
      CHECK(work > 0);
      ++(is_made ? made : kept);
    };
    return run_experiment(experiment, kSize, data, store, counting);
  }

  TempFolder folder;
  DatasetPair data = small_data();
  RunStore store{folder / "runs", "program", "images"};
  std::size_t made = 0, kept = 0;
};

void check_same(const Results& a, const Results& b) {
  const std::vector<Record> first = a.in_order(), second = b.in_order();
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    CHECK(first[i].arm == second[i].arm);
    CHECK(first[i].lr == second[i].lr);
    CHECK(first[i].seed == second[i].seed);
    CHECK(first[i].measured.values == second[i].measured.values);
    CHECK(first[i].measured.curves == second[i].measured.curves);
  }
}

}  // namespace

TEST_CASE("results do not depend on the number of threads, nor on what was kept") {
  Lab serial, parallel;
  const std::optional<Results> first = serial.run(tuned_experiment(), {.threads = 1});
  const std::optional<Results> second = parallel.run(tuned_experiment(), {.threads = 4});
  REQUIRE(first);
  REQUIRE(second);
  check_same(*first, *second);
  // Each run is what it is when made alone.
  for (const Record& record : first->in_order()) {
    if (record.arm != "batchnorm" || record.seed != 2 || record.kind != RateKind::own || record.point != "b") continue;
    Trial trial = small_trial();
    trial.run.architecture.norm = "batch";
    trial.run.architecture.activation = "sigmoid";
    trial.run.optimizer.lr = record.lr;
    trial.run.training.seed = 2;
    CHECK(run_to_the_end(trial, serial.data)->values.at("loss") == record.measured.values.at("loss"));
    CHECK(record.measured.values.at("steps") == 18);
  }
  // Again: all of them are kept.
  const std::size_t all = first->records().size();
  const std::optional<Results> third = serial.run(tuned_experiment());
  CHECK(serial.made == 0);
  CHECK(serial.kept == all);
  check_same(*first, *third);
  // Some of them are kept, and others are made.
  std::size_t i = 0, removed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(serial.folder / "runs")) {
    if (i++ % 3 == 0) removed += std::filesystem::remove(entry.path()) ? 1 : 0;
  }
  const std::optional<Results> fourth = serial.run(tuned_experiment(), {.threads = 2});
  CHECK(serial.made >= removed);
  CHECK(serial.kept > 0);
  CHECK(serial.made + serial.kept == all);
  check_same(*first, *fourth);
}

TEST_CASE("another setting, seed, program or dataset makes new runs") {
  Lab lab;
  lab.run(small_experiment());
  CHECK(lab.made == 6);
  lab.run(small_experiment());
  CHECK(lab.made == 0);
  CHECK(lab.kept == 6);
  Experiment changed = small_experiment();
  changed.base.run.training.batch = 11;
  lab.run(changed);
  CHECK(lab.made == 6);
  Experiment renamed = small_experiment();
  renamed.name = "renamed";  // it may measure something else
  lab.run(renamed);
  CHECK(lab.made == 6);
  lab.store = RunStore(lab.folder / "runs", "edited", "images");
  lab.run(small_experiment());
  CHECK(lab.made == 6);
  const std::optional<Results> more =
      run_experiment(small_experiment(), {.quick = true, .seeds = 5}, lab.data, lab.store, {});
  CHECK(more->runs({"plain"}).size() == 5);
}

TEST_CASE("stopped on the way, what is finished is kept, and the next call makes the rest alone") {
  for (const std::size_t threads : {1u, 3u}) {
    CAPTURE(threads);
    Lab lab, undisturbed;
    std::atomic<std::size_t> asked{0};
    RunnerSettings settings;
    settings.threads = threads;
    settings.should_stop = [&] { return ++asked > 60; };  // a run has 18 steps
    CHECK(!lab.run(small_experiment(), settings));
    const std::size_t finished = lab.made;
    CHECK(finished < 6);
    if (threads == 1) CHECK(finished == 3);
    const std::optional<Results> rest = lab.run(small_experiment());
    REQUIRE(rest);
    CHECK(lab.kept == finished);
    CHECK(lab.made == 6 - finished);
    check_same(*rest, *undisturbed.run(small_experiment()));
  }
}

TEST_CASE("only_kept makes no run") {
  Lab lab;
  RunnerSettings settings;
  settings.only_kept = true;
  CHECK(!lab.run(small_experiment(), settings));
  CHECK(!std::filesystem::exists(lab.folder / "runs"));
  const std::optional<Results> made = lab.run(small_experiment());
  const std::optional<Results> kept = lab.run(small_experiment(), settings);
  REQUIRE(kept);
  check_same(*made, *kept);
}

TEST_CASE("a run that fails ends the experiment with its error, and those before it are kept") {
  Lab lab;
  Experiment experiment = small_experiment();
  experiment.arms.push_back({"unknown", [](Trial& trial) { trial.run.architecture.norm = "nothing"; }});
  CHECK(contains(error_of([&] { lab.run(experiment); }), "nothing"));
  lab.run(small_experiment());
  CHECK(lab.kept == 6);
}

TEST_CASE("all rates diverge: the results are there, and say nothing") {
  Lab lab;
  Experiment experiment = tuned_experiment();
  experiment.base.run.optimizer.name = "sgd";
  experiment.base.run.optimizer.lr = kDouble ? 1e200 : 1e30;
  experiment.base.rates = {kDouble ? 1e200 : 1e30, kDouble ? 1e201 : 1e31, kDouble ? 1e202 : 1e32};
  const std::optional<Results> results = lab.run(experiment);
  REQUIRE(results);
  CHECK(!results->learned({"plain", "a"}));
  CHECK(judge(experiment.read(*results).comparisons).verdict == Verdict::too_few_runs);
  CHECK(results->best_rate("plain", "a").at_edge);
}

}  // namespace bnlab::testing::runner_test
