// Which runs an experiment has: rates are chosen from seeds that are not reported, and a grid grows where its best lies
// at an edge. No run is made here; what each would have measured is made up.
#include <set>

#include "bnlab/lab/trials/runner.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::next_jobs_test {

namespace {

using Values = std::vector<double>;
using LossOf = std::function<double(const Job&)>;

// All runs, each with the loss that it is given.
Results complete(const Experiment& experiment, const Size& size, const LossOf& loss_of) {
  Results results(experiment, 3);
  for (int round = 0; round < 10; ++round) {
    const std::vector<Job> jobs = next_jobs(experiment, size, results);
    if (jobs.empty()) return results;
    for (const Job& job : jobs) {
      Record record = job.record;
      record.measured.values = {{"loss", loss_of(job)}, {"learned", 1}};
      results.add(record);
    }
  }
  FAIL("the experiment has no end");
  return results;
}

Experiment with_rates(const Values& rates) {
  Experiment experiment = small_experiment();
  experiment.base.rates = rates;
  experiment.base.run.optimizer.lr = 0.05;
  return experiment;
}

// The loss is lowest at that rate.
LossOf best_at(double best) {
  return [=](const Job& job) { return std::fabs(std::log10(job.record.lr / best)); };
}

std::set<std::uint64_t> seeds_of(const Results& results, RateKind kind) {
  std::set<std::uint64_t> seeds;
  for (const Record& record : results.records()) {
    if (record.kind == kind) seeds.insert(record.seed);
  }
  return seeds;
}

bool is_close(const Values& a, const Values& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::fabs(a[i] - b[i]) > 1e-9 * b[i]) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("without rates to choose from there is one run for each point, arm and seed") {
  Experiment experiment = small_experiment();
  experiment.sweep = {{"a", [](Trial& t) { t.steps = 1; }}, {"b", [](Trial& t) { t.steps = 2; }}};
  const Results none(experiment, 3);
  const std::vector<Job> jobs = next_jobs(experiment, {.quick = false, .seeds = 5}, none);
  CHECK(jobs.size() == 20);
  std::set<std::string> texts;
  for (const Job& job : jobs) {
    CHECK(job.record.kind == RateKind::shared);
    CHECK(job.record.lr == 0.02);
    CHECK(job.trial.run.training.seed == job.record.seed);
    CHECK(job.trial.run.optimizer.lr == job.record.lr);
    CHECK(job.trial.run.architecture.norm == (job.record.arm == "plain" ? "none" : "batch"));
    CHECK(job.trial.steps == (job.record.point == "a" ? 1u : 2u));
    texts.insert(describe_trial(job.trial));
  }
  CHECK(texts.size() == 20);
  CHECK(next_jobs(experiment, {}, complete(experiment, {}, best_at(1))).empty());
}

TEST_CASE("an arm has the last word over a point") {
  Experiment experiment = small_experiment();
  experiment.sweep = {{"a", [](Trial& t) { t.run.architecture.norm = "layer"; }}};
  for (const Job& job : next_jobs(experiment, {}, Results(experiment, 3))) {
    CHECK(job.trial.run.architecture.norm != "layer");
  }
}

TEST_CASE("a point may be limited to some of the arms") {
  Experiment experiment = small_experiment();
  experiment.sweep = {{"all"}, {"one"}};
  experiment.sweep[1].arms = {"batchnorm"};
  const Results results = complete(experiment, {.quick = false, .seeds = 3}, best_at(1));
  CHECK(results.runs({"plain", "all"}).size() == 3);
  CHECK(results.runs({"batchnorm", "one"}).size() == 3);
  CHECK(results.runs({"plain", "one"}).empty());
}

TEST_CASE("rates are chosen from other seeds than those that are reported") {
  for (const bool quick : {false, true}) {
    for (const std::size_t seeds : {3u, 100u}) {
      const Size size{.quick = quick, .seeds = seeds};
      const Results results = complete(with_rates({0.01, 0.1, 1}), size, best_at(0.1));
      const std::set<std::uint64_t> tuning = seeds_of(results, RateKind::tuning);
      const std::set<std::uint64_t> own = seeds_of(results, RateKind::own);
      CHECK(!tuning.empty());
      CHECK(own.size() == seeds);
      CHECK(own == seeds_of(results, RateKind::shared));
      for (const std::uint64_t seed : tuning) CHECK(!own.contains(seed));
    }
  }
}

TEST_CASE("what reported runs would say of the rates changes nothing") {
  // In the tuning runs 0.1 is the best; in those that are reported it would be 1.
  const auto loss = [](const Job& job) {
    const double best = job.record.kind == RateKind::tuning ? 0.1 : 1;
    return std::fabs(std::log10(job.record.lr / best));
  };
  const Results results = complete(with_rates({0.01, 0.1, 1}), {}, loss);
  for (const char* arm : {"plain", "batchnorm"}) {
    for (const Record* run : results.runs({arm, "", RateKind::own})) CHECK(run->lr == 0.1);
    for (const Record* run : results.runs({arm, "", RateKind::shared})) CHECK(run->lr == 0.05);
    CHECK(results.runs({arm, "", RateKind::own}).size() == 5);
  }
}

TEST_CASE("each arm at each point has a best rate of its own") {
  Experiment experiment = with_rates({0.01, 0.1, 1, 10});
  experiment.sweep = {{"a"}, {"b"}};
  const auto loss = [](const Job& job) {
    const double best = job.record.arm == "plain" || job.record.point == "a" ? 0.1 : 1;
    return std::fabs(std::log10(job.record.lr / best));
  };
  const Results results = complete(experiment, {}, loss);
  CHECK(results.runs({"plain", "b", RateKind::own}).front()->lr == 0.1);
  CHECK(results.runs({"batchnorm", "a", RateKind::own}).front()->lr == 0.1);
  CHECK(results.runs({"batchnorm", "b", RateKind::own}).front()->lr == 1);
}

TEST_CASE("runs with the shared rate can be left out") {
  Experiment experiment = with_rates({0.01, 0.1, 1});
  experiment.shared_rate = false;
  const Results results = complete(experiment, {}, best_at(0.1));
  CHECK(results.runs({"plain", "", RateKind::shared}).empty());
  CHECK(results.runs({"plain", "", RateKind::own}).size() == 5);
}

TEST_CASE("tuning runs evaluate the running statistics alone") {
  Experiment experiment = with_rates({0.01, 0.1, 1});
  experiment.base.all_statistics = true;
  for (const Job& job : next_jobs(experiment, {}, Results(experiment, 3))) {
    CHECK(job.trial.all_statistics == (job.record.kind != RateKind::tuning));
    CHECK(job.trial.rates.empty());
  }
}

TEST_CASE("a grid does not grow where its best rate is within") {
  const Results results = complete(with_rates({0.01, 0.1, 1}), {}, best_at(0.1));
  CHECK(results.rates_tried("plain", "") == Values{0.01, 0.1, 1});
  CHECK(!results.best_rate("plain", "").at_edge);
}

TEST_CASE("a grid grows at either end by its own ratio, until the best is within") {
  for (const auto& [best, grid] : {std::pair{1.0, Values{0.01, 0.1, 1, 10}},
                                   {10.0, Values{0.01, 0.1, 1, 10, 100}},
                                   {0.01, Values{0.001, 0.01, 0.1, 1}},
                                   {0.001, Values{0.0001, 0.001, 0.01, 0.1, 1}}}) {
    const Results results = complete(with_rates({0.01, 0.1, 1}), {}, best_at(best));
    CHECK(is_close(results.rates_tried("plain", ""), grid));
    CHECK(results.best_rate("plain", "").lr == doctest::Approx(best));
    CHECK(!results.best_rate("plain", "").at_edge);
    // The runs that are reported are of that rate.
    CHECK(results.runs({"plain", "", RateKind::own}).front()->lr == doctest::Approx(best));
    CHECK(results.runs({"plain", "", RateKind::own}).size() == 5);
  }
}

TEST_CASE("a grid grows at an end at most twice; then the best rate is at the edge, and there is no verdict") {
  for (const double best : {1e9, 1e-9}) {
    const Results results = complete(with_rates({0.01, 0.1, 1}), {}, best_at(best));
    const Values grid = best > 1 ? Values{0.01, 0.1, 1, 10, 100} : Values{0.0001, 0.001, 0.01, 0.1, 1};
    CHECK(is_close(results.rates_tried("plain", ""), grid));
    CHECK(results.best_rate("plain", "").at_edge);
    const Which plain{"plain", "", RateKind::own}, batchnorm{"batchnorm", "", RateKind::own};
    const Comparison comparison = results.compare(plain, batchnorm, Claimed::lower, "");
    CHECK(judge({comparison}).verdict == Verdict::too_few_runs);
  }
}

TEST_CASE("the ratio at an end is that of the two rates there") {
  const Results results = complete(with_rates({0.1, 0.3, 3}), {}, best_at(1e9));
  CHECK(is_close(results.rates_tried("plain", ""), {0.1, 0.3, 3, 30, 300}));
  const Results down = complete(with_rates({3, 0.1, 0.3}), {}, best_at(1e-9));  // in any order
  CHECK(is_close(down.rates_tried("plain", ""), {0.1 / 9, 0.1 / 3, 0.1, 0.3, 3}));
}

TEST_CASE("a single rate is no grid, and no choice that could be better elsewhere") {
  const Results results = complete(with_rates({0.1}), {}, best_at(1));
  CHECK(results.rates_tried("plain", "") == Values{0.1});
  CHECK_FALSE(results.best_rate("plain", "").at_edge);
  CHECK(results.runs({"plain", "", RateKind::own}).size() == 5);
}

TEST_CASE("where every rate is as bad as guessing, the best is at the edge") {
  const Results results = complete(with_rates({0.01, 0.1, 1}), {}, [](const Job&) { return std::log(3.0); });
  CHECK(results.best_rate("plain", "").at_edge);
}

TEST_CASE("the expected work is that of the runs, if no grid grows") {
  const DatasetPair data = small_data();
  for (const bool shared : {false, true}) {
    for (const Values& rates : {Values{}, Values{0.01, 0.1, 1}}) {
      Experiment experiment = with_rates(rates);
      experiment.shared_rate = shared;
      experiment.base.all_statistics = true;
      experiment.sweep = {{"a"}, {"b", [](Trial& t) { t.steps = 50; }}};
      experiment.sweep[0].arms = {"plain"};
      const Size size{.quick = false, .seeds = 3};
      double work = 0;
      complete(experiment, size, [&](const Job& job) {
        work += work_of(job.trial, data);
        return best_at(0.1)(job);
      });
      CHECK(expected_work(experiment, size, data) == doctest::Approx(work));
    }
  }
}

TEST_CASE("the work of a run is three products a step and one for each test image") {
  const DatasetPair data = small_data();
  Trial trial = small_trial();
  trial.steps = 7;
  const double parameters = 16 * 5 + 5 + 5 * 3 + 3;
  CHECK(work_of(trial, data) == doctest::Approx(parameters * (3 * 7 * 10 + 31)));
}

TEST_CASE("an experiment needs as many images as the largest of its runs") {
  Experiment experiment = small_experiment();
  CHECK(images_needed(experiment) == 0);
  experiment.sweep = {{"a", [](Trial& t) { t.images = 50; }}, {"b", [](Trial& t) { t.images = 60; }}, {"c"}};
  CHECK(images_needed(experiment) == 60);
  experiment.arms[1].apply = [](Trial& t) { t.images += 10; };
  CHECK(images_needed(experiment) == 70);
  experiment.sweep[1].arms = {"plain"};  // there the other arm has no run
  CHECK(images_needed(experiment) == 60);
}

}  // namespace bnlab::testing::next_jobs_test
