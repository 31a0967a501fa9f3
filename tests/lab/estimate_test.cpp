// Intervals over few runs hold what they promise: known cases, and thousands of synthetic experiments whose truth is
// known.
#include "bnlab/lab/statistics/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "../support.hpp"
#include "normal_numbers.hpp"

namespace bnlab::testing::estimate_test {

namespace {

using Values = std::vector<double>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kExperiments = 10'000;

// Student's own data (1908): hours of sleep gained by ten patients with each of two drugs.
const Values kFirstDrug = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
const Values kSecondDrug = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

bool contains(const Estimate& e, double truth) { return e.low <= truth && truth <= e.high; }
bool zero_is_outside(const Estimate& e) { return e.low > 0 || e.high < 0; }

Values with_noise(Values values, double shift, double deviation, Random& random) {
  for (double& value : values) value += shift + deviation * normal_number(random);
  return values;
}

}  // namespace

// As R says: t.test(sleep ~ group, paired = TRUE): t = -4.0621, df = 9, p-value = 0.002833, 0.7001142 to 2.4598858.
TEST_CASE("TI.6: the paired difference of Student's data") {
  const Estimate e = paired_estimate(kFirstDrug, kSecondDrug);
  CHECK(e.count == 10);
  CHECK(std::abs(e.mean - 1.58) < 1e-14);
  CHECK(std::abs(e.deviation - 1.22999548327987) < 1e-13);
  CHECK(std::abs(e.low - 0.70011423672302) < 1e-12);
  CHECK(std::abs(e.high - 2.459885763277) < 1e-12);
  CHECK(std::abs(e.half_width() - 2.262157162798206 * 1.22999548327987 / std::sqrt(10.0)) < 1e-12);
  CHECK(std::abs(e.p_value - 0.00283289019738427) < 1e-14);
}

// 1, 2, 3: mean 2, deviation 1. With two degrees of freedom the quantile is 4.302652729749464, and for t = 2 sqrt(3)
// p is 1 - t / sqrt(2 + t²).
TEST_CASE("TI.1 to TI.5: of three values, by hand") {
  const Estimate e = estimate(Values{1, 2, 3});
  CHECK(e.mean == 2);
  CHECK(e.deviation == 1);
  CHECK(std::abs(e.low - (2 - 4.302652729749464 / std::sqrt(3.0))) < 1e-13);
  CHECK(std::abs(e.high - (2 + 4.302652729749464 / std::sqrt(3.0))) < 1e-13);
  CHECK(std::abs(e.p_value - (1 - std::sqrt(12.0 / 14))) < 1e-14);
}

TEST_CASE("TI.6: the difference is the second's less the first's, seed by seed") {
  const Estimate e = paired_estimate(Values{1, 5, 2}, Values{2, 6.5, 2.5});
  CHECK(std::abs(e.mean - 1) < 1e-15);
  CHECK(std::abs(e.deviation - 0.5) < 1e-15);
}

TEST_CASE("TI: other units give the same in those units, and p does not change") {
  const Values values = {0.31, 0.29, 0.35, 0.30};
  Values in_percent = values;
  for (double& value : in_percent) value *= -100;
  const Estimate e = estimate(values);
  const Estimate percent = estimate(in_percent);
  CHECK(std::abs(percent.mean + 100 * e.mean) < 1e-12);
  CHECK(std::abs(percent.low + 100 * e.high) < 1e-12);
  CHECK(std::abs(percent.high + 100 * e.low) < 1e-12);
  CHECK(std::abs(percent.p_value / e.p_value - 1) < 1e-9);
}

TEST_CASE("TI.4: one run has no interval") {
  const Estimate e = estimate(Values{0.9});
  CHECK(e.count == 1);
  CHECK(e.mean == 0.9);
  CHECK(e.low == -kInfinity);
  CHECK(e.high == kInfinity);
  CHECK(e.p_value == 1);
}

TEST_CASE("TI.5: of equal values the interval is the value itself, and p says whether that is 0") {
  for (const std::size_t count : {2u, 3u, 7u}) {
    for (const double value : {0.1, -0.3, 1e-9}) {  // whose sums are rounded
      const Estimate e = estimate(Values(count, value));
      CAPTURE(count);
      CAPTURE(value);
      CHECK(e.mean == value);
      CHECK(e.deviation == 0);
      CHECK(e.low == value);
      CHECK(e.high == value);
      CHECK(e.p_value == 0);
    }
    CHECK(estimate(Values(count, 0.0)).p_value == 1);
    CHECK(!zero_is_outside(estimate(Values(count, 0.0))));
  }
}

TEST_CASE("TI: no runs, runs without partners, and values that are not finite are errors") {
  CHECK_THROWS_AS(estimate(Values{}), Error);
  CHECK_THROWS_AS(paired_estimate(Values{}, Values{}), Error);
  CHECK_THROWS_AS(paired_estimate(Values{1, 2}, Values{1}), Error);
  const std::string second_of_three =
      "estimate: expected finite values, got inf as number 2 of 3; cap what diverged first";
  CHECK(error_of([] { estimate(Values{1, kInfinity, 2}); }) == second_of_three);
  CHECK(error_of([] { paired_estimate(Values{1, kInfinity, 2}, Values{1, kInfinity, 2}); }) == second_of_three);
  CHECK_THROWS_AS(estimate(Values{1, std::nan(""), 2}), Error);
}

TEST_CASE("TI.4, TI.5: the test rejects just where 0 is outside of the interval") {
  Random random(3, "test and interval");
  for (int i = 0; i < kExperiments; ++i) {
    const Estimate e = estimate(normal_numbers(random, 2 + random.below(6), 1, 1));
    CHECK(zero_is_outside(e) == (e.p_value < 0.05));
  }
}

// A share of 0.95 of 10,000 has a standard error of 0.0022.
TEST_CASE("TI.4: the interval contains the true mean in 95 of 100 experiments, with 3, 5 and 10 runs") {
  for (const std::size_t runs : {3u, 5u, 10u}) {
    Random random(11, "coverage " + std::to_string(runs));
    int covered = 0;
    for (int i = 0; i < kExperiments; ++i) covered += contains(estimate(normal_numbers(random, runs, 0.7, 0.2)), 0.7);
    CAPTURE(runs);
    CHECK(covered >= 9400);
    CHECK(covered <= 9600);
  }
}

// What seeds share, here ten times as large as the rest, does not widen the interval of the difference.
TEST_CASE("TI.6: the paired interval contains the true difference in 95 of 100 experiments, and is narrow") {
  for (const std::size_t runs : {3u, 5u, 10u}) {
    Random random(12, "paired coverage " + std::to_string(runs));
    int covered = 0;
    double width = 0;
    for (int i = 0; i < kExperiments; ++i) {
      const Values shared = normal_numbers(random, runs, 5, 1);
      const Estimate e = paired_estimate(with_noise(shared, 0, 0.1, random), with_noise(shared, -0.3, 0.1, random));
      covered += contains(e, -0.3);
      width += e.half_width() / kExperiments;
    }
    CAPTURE(runs);
    CHECK(covered >= 9400);
    CHECK(covered <= 9600);
    CHECK(width < 4.31 * std::sqrt(2.0) * 0.1 / std::sqrt(static_cast<double>(runs)));
  }
}

// Holm (1979), from p = 0.01, 0.04, 0.03, 0.005 by hand: 4 × 0.005, 3 × 0.01, 2 × 0.03, and 1 × 0.04 is raised to 0.06.
// As R says: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
TEST_CASE("TI.7: Holm's adjusted values, by hand") {
  const auto check = [](const Values& p, const Values& expected) {
    const Values adjusted = holm(p);
    REQUIRE(adjusted.size() == expected.size());
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(std::abs(adjusted[i] - expected[i]) < 1e-15);
  };
  check({0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02});
  check({0.02, 0.02, 0.02}, {0.06, 0.06, 0.06});
  check({0.9, 0.001, 0.6}, {1, 0.003, 1});
  check({0.3}, {0.3});
  check({0, 1}, {0, 1});
  check({}, {});
}

TEST_CASE("TI.7: no adjusted value is smaller than the value, and their order stays") {
  Random random(13, "holm");
  for (int i = 0; i < 1000; ++i) {
    Values p(1 + random.below(8));
    for (double& value : p) value = random.uniform() * random.uniform();
    const Values adjusted = holm(p);
    for (std::size_t a = 0; a < p.size(); ++a) {
      CHECK(adjusted[a] >= p[a]);
      CHECK(adjusted[a] <= std::min(1.0, static_cast<double>(p.size()) * p[a]) + 1e-15);  // Bonferroni's is never less
      for (std::size_t b = 0; b < p.size(); ++b) {
        if (p[a] <= p[b]) CHECK(adjusted[a] <= adjusted[b]);
      }
    }
  }
}

TEST_CASE("TI.7: a value outside of 0 to 1 is an error") {
  CHECK_THROWS_AS(holm({0.5, 1.5}), Error);
  CHECK_THROWS_AS(holm({-0.1}), Error);
  CHECK_THROWS_AS(holm({std::nan("")}), Error);
}

// Six differences, none of which exists: the chance of a false alarm is 1 - 0.95^6 = 26 % without Holm.
TEST_CASE("TI.7: with Holm the chance of any false alarm among six tests is 5 %, without it 26 %") {
  Random random(14, "family-wise error");
  int alarms = 0;
  int alarms_without = 0;
  for (int i = 0; i < kExperiments; ++i) {
    Values p(6);
    for (double& value : p) value = estimate(normal_numbers(random, 5, 0, 1)).p_value;
    const Values adjusted = holm(p);
    alarms += *std::min_element(adjusted.begin(), adjusted.end()) < 0.05;
    alarms_without += *std::min_element(p.begin(), p.end()) < 0.05;
  }
  CHECK(alarms >= 400);
  CHECK(alarms <= 560);
  CHECK(alarms_without >= 2500);
}

// With three differences that are large and three that do not exist, only the latter can be false alarms. The largest p
// of a true one steps down, so that the others are tested at 0.05 / 3.
TEST_CASE("TI.7: where some differences exist the chance of a false alarm is still 5 %") {
  Random random(15, "some are true");
  int alarms = 0;
  for (int i = 0; i < kExperiments; ++i) {
    Values p(6);
    for (std::size_t k = 0; k < p.size(); ++k) {
      p[k] = estimate(normal_numbers(random, 5, k < 3 ? 100 : 0, 1)).p_value;
    }
    const Values adjusted = holm(p);
    alarms += *std::min_element(adjusted.begin() + 3, adjusted.end()) < 0.05;
  }
  CHECK(alarms >= 400);
  CHECK(alarms <= 560);
}

}  // namespace bnlab::testing::estimate_test
