// Every experiment of the table: its names, its runs, and what it says and draws of results that are made up, whatever
// they are.
#include "bnlab/lab/trials/experiments.hpp"

#include <set>

#include "bnlab/lab/figures/svg.hpp"
#include "bnlab/lab/figures/terminal_chart.hpp"
#include "bnlab/lab/trials/experiment_files.hpp"
#include "bnlab/lab/trials/runner.hpp"
#include "small_lab.hpp"
#include "xml.hpp"

namespace bnlab::testing::experiments_test {

namespace {

const double kGuessing = std::log(10.0);

std::vector<Experiment> all_of(const Size& size) {
  std::vector<Experiment> all;
  for (const MakeExperiment make : experiments()) all.push_back(make(size));
  return all;
}

const std::string kAsGuessing = "as guessing";

bool is_treated(const std::string& arm) { return arm.starts_with("batchnorm") || arm.starts_with("layernorm"); }

// Which measures and curves an experiment's meter adds, from a short run on small images.
struct Measured {
  std::set<std::string> values, curves;
};

Measured measured_by(const Experiment& experiment, const DatasetPair& data) {
  const std::vector<Job> jobs = next_jobs(experiment, {.quick = true, .seeds = 3}, Results(experiment, 3));
  Trial trial = jobs.front().trial;
  trial.images = 0;
  trial.steps = 30;
  trial.all_statistics = experiment.base.all_statistics;
  const std::unique_ptr<Meter> meter = experiment.meter ? experiment.meter() : nullptr;
  const Measurements measured = *run_to_the_end(trial, data, meter.get());
  Measured names;
  for (const auto& [name, value] : measured.values) names.values.insert(name);
  for (const auto& [name, values] : measured.curves) names.curves.insert(name);
  return names;
}

// All runs of an experiment with made-up measures: `value(treated, seed)` of each, and curves that end early where the
// run did not learn.
using Value = std::function<double(bool treated, std::uint64_t seed)>;

Results made_up(const Experiment& experiment, const Measured& names, const Size& size, const Value& value,
                bool control_learned, bool treated_learned) {
  Results results(experiment, 10);
  for (int round = 0; round < 10; ++round) {
    const std::vector<Job> jobs = next_jobs(experiment, size, results);
    if (jobs.empty()) return results;
    for (const Job& job : jobs) {
      Record record = job.record;
      const bool treated = is_treated(record.arm);
      const bool learned = treated ? treated_learned : control_learned;
      const double one = value(treated, record.seed) + 1e-3 * std::fabs(std::log10(record.lr / 0.002));
      for (const std::string& name : names.values) record.measured.values[name] = one;
      record.measured.values["learned"] = learned ? 1 : 0;
      for (const std::string& name : names.curves) {
        record.measured.curves[name].assign(learned ? 11 : 1 + record.seed % 3, one);
      }
      results.add(record);
    }
  }
  FAIL(experiment.name << " has no end");
  return results;
}

double noise(std::uint64_t seed) { return 0.004 * static_cast<double>(seed * 7 % 5); }

}  // namespace

TEST_CASE("names are unique words, and can be names of files and of columns") {
  std::set<std::string> names;
  for (const Experiment& e : all_of({})) {
    CAPTURE(e.name);
    CHECK(names.insert(e.name).second);
    CHECK(e.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos);
    CHECK(e.name != "all");
    CHECK(e.name != "list");
    CHECK(find_experiment(e.name, {}).name == e.name);
  }
  CHECK(contains(error_of([] { find_experiment("nothing", {}); }), "convergence"));
  CHECK(experiment_names(" ").starts_with("convergence "));
}

TEST_CASE("an experiment says what it claims, measures and does not show") {
  for (const bool quick : {false, true}) {
    for (const Experiment& e : all_of({.quick = quick, .seeds = 3})) {
      CAPTURE(e.name);
      for (const std::string& sentence : {e.claim, e.hypothesis, e.not_shown}) {
        CHECK(sentence.ends_with("."));
        CHECK(!contains(sentence, "  "));
      }
      CHECK(!e.in_words.empty());
      CHECK(e.measure.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
      if (std::filesystem::exists("docs")) CHECK(std::filesystem::exists(e.see));  // the mutants are tested without
    }
  }
}

TEST_CASE("arms and points have names of their own, which a table and a CSV file can hold") {
  for (const bool quick : {false, true}) {
    for (const Experiment& e : all_of({.quick = quick, .seeds = 3})) {
      CAPTURE(e.name);
      std::set<std::string> arms, points;
      for (const Arm& arm : e.arms) CHECK(arms.insert(arm.name).second);
      for (const Point& point : e.sweep) CHECK(points.insert(point.name).second);
      CHECK(arms.size() >= 2);
      for (const std::set<std::string>& names : {arms, points}) {
        for (const std::string& name : names) CHECK(name.find_first_of("\"\n\r\t;|") == std::string::npos);
      }
      for (const Point& point : e.sweep) {
        for (const std::string& arm : point.arms) CHECK(arms.contains(arm));
      }
      if (e.sweep.size() > 1) CHECK(!e.varied.empty());
    }
  }
}

TEST_CASE("no two runs of an experiment are the same, but for the kind of their rate") {
  const Size size{.quick = false, .seeds = 3};
  for (const Experiment& e : all_of(size)) {
    CAPTURE(e.name);
    std::set<std::string> texts;
    for (const Job& job : next_jobs(e, size, Results(e, 10))) {
      const bool is_new = texts.insert(describe_trial(job.trial)).second;
      CAPTURE(job.record.arm);
      CAPTURE(job.record.point);
      CHECK(is_new);
    }
  }
}

TEST_CASE("arms differ in nothing but what they are named for: their runs are as long") {
  const DatasetPair data = small_data();
  for (const Experiment& e : all_of({})) {
    CAPTURE(e.name);
    for (const Point& point : e.sweep) {
      std::set<std::size_t> steps, images, batches;
      for (const Arm& arm : e.arms) {
        Trial trial = e.base;
        point.apply(trial);
        arm.apply(trial);
        steps.insert(planned_steps(trial, data.train));
        images.insert(trial.images);
        batches.insert(trial.run.training.batch);
      }
      CHECK(steps.size() == 1);
      CHECK(images.size() == 1);
      CHECK(batches.size() == 1);
    }
  }
}

TEST_CASE("quick is smaller, with at least three seeds") {
  DatasetPair data;  // as many images as MNIST's; how long runs take depends on nothing else of them
  data.train.height = data.train.width = data.test.height = data.test.width = 28;
  data.train.labels.resize(60000);
  data.test.labels.resize(10000);
  for (const MakeExperiment make : experiments()) {
    const Size full{.quick = false, .seeds = 5}, quick{.quick = true, .seeds = 3};
    CHECK(expected_work(make(quick), quick, data) < expected_work(make(full), full, data));
  }
}

TEST_CASE("whatever the results are, they can be read, said, drawn and written") {
  const Size size{.quick = true, .seeds = 3};
  LabSettings lab;
  lab.size = size;
  const std::vector<std::pair<std::string, Value>> kinds = {
      {"treated is lower", [](bool treated, std::uint64_t seed) { return (treated ? 0.2 : 0.8) + noise(seed); }},
      {"treated is higher", [](bool treated, std::uint64_t seed) { return (treated ? 0.8 : 0.2) + noise(seed); }},
      {"no difference", [](bool, std::uint64_t seed) { return 0.5 + noise(seed); }},
      {"constant", [](bool treated, std::uint64_t) { return treated ? 0.25 : 0.5; }},
      {"all equal", [](bool, std::uint64_t) { return 0.5; }},
      {"all 0", [](bool, std::uint64_t) { return 0.0; }},
      {kAsGuessing, [](bool, std::uint64_t) { return kGuessing; }},
  };
  for (const Experiment& e : all_of(size)) {
    const Measured names = measured_by(e, small_data());
    for (const auto& [name, value] : kinds) {
      const std::string kind = name;
      for (const auto& who_learned : {std::pair{true, true}, {false, true}, {true, false}, {false, false}}) {
        const bool control = who_learned.first, treated = who_learned.second;
        INFO(e.name << ", " << kind << ", control learned " << control << ", treated learned " << treated);
        const Results results = made_up(e, names, size, value, control, treated);
        const Finished one{e, results, answer_of(results)};
        CHECK(one.answer.seeds == 3);
        CHECK(one.answer.found.ends_with(")."));
        const Figure figure = e.draw(results);
        CHECK(!figure.panels.empty());
        for (const Panel& panel : figure.panels) {
          CHECK(!panel.series.empty());
          CHECK(!terminal_chart(panel).empty());
        }
        CHECK(Xml(svg_of(figure)).error == "");
        const std::string json = experiment_json({one}, lab);
        CHECK(!contains(json, "nan"));
        CHECK(!contains(json, "inf,"));
        for (const std::string& measure : e.tables) CHECK(!table_of(results, measure).rows.empty());
        // Networks that did not learn say nothing of what makes them learn. Gradients are those before training; whether a
        // rate is usable, the loss says.
        const bool of_learning = e.name != "gradient-flow" && (e.name != "learning-rate" || kind == kAsGuessing);
        if (!control && !treated && of_learning) CHECK(one.answer.judgement.verdict == Verdict::too_few_runs);
      }
    }
  }
}

// The runs of covariate-shift, of which the noisy arms have that drift and the plain network a drift of 1.
Results with_drift(double of_noisy, bool plain_learned) {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("covariate-shift", size);
  Results results(e, 10);
  for (const Job& job : next_jobs(e, size, results)) {
    Record record = job.record;
    const bool plain = record.arm.starts_with("plain"), noisy = record.arm.starts_with("noisy");
    record.measured.values["drift"] = (plain ? 1 : noisy ? of_noisy : 0.1) + noise(record.seed);
    record.measured.values["loss"] = (noisy ? 1 : 0.5) + noise(record.seed) * (plain ? 2 : 1);
    record.measured.values["learned"] = plain && !plain_learned ? 0 : 1;
    results.add(record);
  }
  return results;
}

TEST_CASE("batch-size: a network that does not learn from small batches has the weakness that is claimed") {
  const Size size{.quick = true, .seeds = 3};
  const Experiment e = find_experiment("batch-size", size);
  const auto lower = [](bool treated, std::uint64_t seed) { return (treated ? 0.2 : 0.8) + noise(seed); };
  const Answer answer = answer_of(made_up(e, measured_by(e, small_data()), size, lower, true, false));
  CHECK(answer.judgement.verdict == Verdict::supported);
  CHECK(contains(answer.found, "; it did not learn)"));
}

TEST_CASE("covariate-shift: less drift alone does not support that less drift is why") {
  const Answer compared = answer_of(with_drift(2, true));
  CHECK(compared.judgement.verdict == Verdict::supported);
  CHECK(compared.judgement.each.size() == 8);
  CHECK(compared.remarks.empty());

  const Answer nothing_to_compare = answer_of(with_drift(0.5, true));
  CHECK(nothing_to_compare.judgement.verdict == Verdict::too_few_runs);
  CHECK(contains(nothing_to_compare.found, "no noise made the drift larger than the plain network's"));
  REQUIRE(nothing_to_compare.remarks.size() == 2);
  CHECK(contains(nothing_to_compare.remarks[0],
                 "At rate 0.1 the drift of noisy 0.5, noisy 1 and noisy 2 was not larger"));
}

TEST_CASE("covariate-shift: a plain network that did not learn has little drift for nothing") {
  const Answer answer = answer_of(with_drift(2, false));
  CHECK(answer.judgement.verdict == Verdict::too_few_runs);
  CHECK(answer.judgement.each.size() == 2);
  REQUIRE(answer.remarks.size() == 2);
  CHECK(contains(answer.remarks[1], "At rate 0.3 the plain network did not learn"));
}

TEST_CASE("all comparisons of an experiment have a name and one direction, for its sentence") {
  const Size size{.quick = true, .seeds = 3};
  for (const Experiment& e : all_of(size)) {
    CAPTURE(e.name);
    const auto value = [](bool treated, std::uint64_t seed) { return (treated ? 0.2 : 0.8) + noise(seed); };
    const Reading reading = e.read(made_up(e, measured_by(e, small_data()), size, value, true, true));
    std::set<std::string> names;
    for (const Comparison& comparison : reading.comparisons) {
      CHECK(names.insert(comparison.on).second);
      CHECK(!comparison.on.empty());
      CHECK(comparison.claimed == reading.comparisons.front().claimed);
      CHECK(comparison.control.size() == 3);
    }
    for (const std::string& remark : reading.remarks) CHECK(remark.ends_with("."));
  }
}

}  // namespace bnlab::testing::experiments_test
