// Every experiment of the table: its names, its runs, and what it says and draws of results that are made up, whatever
// they are.
#include "bnlab/lab/trials/experiments.hpp"

#include <set>

#include "bnlab/lab/figures/svg.hpp"
#include "bnlab/lab/figures/terminal_chart.hpp"
#include "bnlab/lab/trials/experiment_files.hpp"
#include "bnlab/lab/trials/runner.hpp"
#include "made_up_results.hpp"
#include "small_lab.hpp"
#include "xml.hpp"

namespace bnlab::testing::experiments_test {

namespace {

std::vector<Experiment> all_of(const Size& size) {
  std::vector<Experiment> all;
  for (const MakeExperiment make : experiments()) all.push_back(make(size));
  return all;
}

const std::string kAsGuessing = "as guessing";

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
