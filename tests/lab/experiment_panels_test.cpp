// The charts of experiments: what is drawn is what was measured, also where runs ended early.
#include "bnlab/lab/trials/experiment_panels.hpp"

#include "bnlab/lab/figures/svg.hpp"
#include "bnlab/lab/figures/terminal_chart.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::experiment_panels_test {

namespace {

using Values = std::vector<double>;

Experiment swept(const Values& places) {
  Experiment experiment = small_experiment();
  experiment.varied = "depth";
  experiment.sweep.clear();
  for (std::size_t i = 0; i < places.size(); ++i) {
    Point point{format("point %zu", i)};
    point.x = places[i];
    experiment.sweep.push_back(point);
  }
  return experiment;
}

Record at(const std::string& point, const std::string& arm, std::uint64_t seed, double loss) {
  Record record = record_of(arm, seed, loss);
  record.point = point;
  return record;
}

Record with_curve(std::uint64_t seed, const Values& curve, const std::string& arm = "plain") {
  Record record = record_of(arm, seed, 0.5);
  record.measured.curves["range"] = curve;
  return record;
}

}  // namespace

TEST_CASE("a mark is the mean with its interval and each value; a single value has no interval") {
  const Mark three = mark_of(7, {1, 2, 3});
  CHECK(three.x == 7);
  CHECK(three.y == 2);
  CHECK(three.high == doctest::Approx(2 + 4.302653 / std::sqrt(3.0)));
  CHECK(three.low == doctest::Approx(2 - 4.302653 / std::sqrt(3.0)));
  CHECK(three.each == Values{1, 2, 3});
  const Mark one = mark_of(7, {5});
  CHECK(one.y == 5);
  CHECK(std::isnan(one.low));
  CHECK(one.each.empty());
}

TEST_CASE("a sweep over numbers has them on its axis, other points are categories") {
  for (const bool numeric : {true, false}) {
    Results results(swept(numeric ? Values{0.1, 10} : Values{0, 0}), 3);
    for (const std::uint64_t seed : {1u, 2u}) {
      results.add(at("point 0", "plain", seed, 1));
      results.add(at("point 1", "plain", seed, 2));
      results.add(at("point 1", "batchnorm", seed, 3));
    }
    const Panel panel = sweep_panel(results, "loss", RateKind::shared, true);
    CHECK(panel.x.label == "depth");
    CHECK(panel.x.log == numeric);
    CHECK(panel.x.names.size() == (numeric ? 0 : 2));
    REQUIRE(panel.series.size() == 2);
    CHECK(panel.series[0].marks[0].x == (numeric ? 0.1 : 0));
    CHECK(panel.series[0].marks[1].x == (numeric ? 10 : 1));
    CHECK(panel.series[0].marks[1].y == 2);
    REQUIRE(panel.series[1].marks.size() == 1);
    CHECK(panel.series[1].marks[0].x == (numeric ? 10 : 1));
    CHECK(sweep_panel(results, "drift", RateKind::shared, true).series.empty());
    CHECK(sweep_panel(results, "loss", RateKind::own, true).series.empty());
  }
}

TEST_CASE("arms beside each other at one point") {
  Results results(swept({1, 2}), 3);
  results.add(at("point 1", "plain", 1, 4));
  results.add(at("point 1", "batchnorm", 1, 5));
  results.add(at("point 0", "plain", 1, 9));
  const Panel panel = arms_panel(results, {"loss", "learned"}, "point 1", RateKind::shared);
  CHECK(panel.x.names == std::vector<std::string>{"plain", "batchnorm"});
  REQUIRE(panel.series.size() == 2);
  CHECK(panel.series[0].marks[1].x == 1);
  CHECK(panel.series[0].marks[1].y == 5);
  CHECK(panel.series[1].marks[0].y == 1);
}

TEST_CASE("a curve is the mean over the seeds, in the middle of each part") {
  Results results(small_experiment(), 3);
  results.add(with_curve(1, {1, 2}));
  results.add(with_curve(2, {3, 6}));
  const Panel panel = curve_panel(results, "range", "", RateKind::shared, "title", 100, "steps");
  REQUIRE(panel.series.size() == 1);
  REQUIRE(panel.series[0].marks.size() == 2);
  CHECK(panel.series[0].marks[0].x == 25);
  CHECK(panel.series[0].marks[1].x == 75);
  CHECK(panel.series[0].marks[0].y == 2);
  CHECK(panel.series[0].marks[1].y == 4);
}

TEST_CASE("a run that diverged has a shorter curve, and the others' places stay") {
  for (const bool first_is_shorter : {false, true}) {
    Results results(small_experiment(), 3);
    results.add(with_curve(first_is_shorter ? 1 : 2, {3}));
    results.add(with_curve(first_is_shorter ? 2 : 1, {1, 2, 3, 4}));
    results.add(with_curve(1, {7, 8}, "batchnorm"));
    const Panel panel = curve_panel(results, "range", "", RateKind::shared, "title", 100, "steps");
    REQUIRE(panel.series.size() == 2);
    REQUIRE(panel.series[0].marks.size() == 4);
    CHECK(panel.series[0].marks[0].y == 2);
    CHECK(panel.series[0].marks[3].y == 4);
    CHECK(panel.series[0].marks[3].x == 87.5);
    REQUIRE(panel.series[1].marks.size() == 2);  // all its runs ended half way
    CHECK(panel.series[1].marks[1].x == 37.5);
  }
}

TEST_CASE("curves of no parts draw nothing") {
  Results results(small_experiment(), 3);
  results.add(with_curve(1, {}));
  const Panel panel = curve_panel(results, "range", "", RateKind::shared, "title", 100, "steps");
  CHECK(!terminal_chart(panel).empty());
  CHECK(!svg_of({.title = "t", .description = "", .panels = {panel}}).empty());
}

TEST_CASE("the rates against which the best was chosen are those of tuning runs") {
  Results results(small_experiment(), 3);
  for (const auto& [lr, loss] : {std::pair{0.1, 0.5}, {0.01, 0.7}}) {
    Record record = record_of("plain", 1001, loss);
    record.kind = RateKind::tuning;
    record.lr = lr;
    results.add(record);
  }
  results.add(record_of("plain", 1, 9));
  const Panel panel = rates_panel(results, "", "rates");
  CHECK(panel.x.log);
  REQUIRE(panel.series.size() == 1);
  REQUIRE(panel.series[0].marks.size() == 2);
  CHECK(panel.series[0].marks[0].x == 0.01);
  CHECK(panel.series[0].marks[0].y == 0.7);
}

}  // namespace bnlab::testing::experiment_panels_test
