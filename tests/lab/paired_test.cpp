// The paired difference: one criterion, and an interval that agrees with it and holds what it promises.
#include "bnlab/lab/statistics/paired.hpp"

#include <cmath>
#include <vector>

#include "../support.hpp"
#include "bnlab/lab/statistics/binomial.hpp"

namespace bnlab::testing::paired_test {

namespace {

// Images on which both, only the first, only the second, neither are right.
PairedDifference of_counts(std::size_t both, std::size_t first, std::size_t second, std::size_t neither) {
  std::vector<std::uint8_t> a, b;
  const auto add = [&](std::size_t count, std::uint8_t in_a, std::uint8_t in_b) {
    a.insert(a.end(), count, in_a);
    b.insert(b.end(), count, in_b);
  };
  add(both, 1, 1), add(first, 1, 0), add(second, 0, 1), add(neither, 0, 0);
  return paired_difference(a, b);
}

bool zero_is_outside(const PairedDifference& d) { return d.low > 0 || d.high < 0; }

// For few discordant pairs, the test in whole numbers: twice the number of ways in which the loser of m tosses wins no
// more than k, beside all 2^m.
bool exact_test_rejects(std::uint64_t b, std::uint64_t c) {
  const std::uint64_t m = b + c;
  std::uint64_t ways = 1;  // of i heads
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i <= std::min(b, c); ++i) {
    sum += ways;
    ways = ways * (m - i) / (i + 1);
  }
  return m >= 3 && 5 * sum < std::uint64_t{1} << (m - 3);  // 2 sum / 2^m < 1/20
}

}  // namespace

TEST_CASE("PD.1: the paired difference is the difference of the accuracies") {
  const PairedDifference d = of_counts(800, 30, 70, 100);
  CHECK(d.count == 1000);
  CHECK(d.only_first == 30);
  CHECK(d.only_second == 70);
  CHECK(std::abs(d.difference - (0.87 - 0.83)) < 1e-12);
}

// Of Python's fractions: 2 (comb(m, 0) + … + comb(m, min(b, c))) / 2^m.
TEST_CASE("PD.2: p is that of McNemar's exact test, for few discordant pairs and for thousands") {
  struct {
    std::size_t b, c;
    double p;
  } const expected[] = {{0, 0, 1},
                        {1, 0, 1},
                        {0, 4, 0.125},
                        {0, 5, 0.0625},
                        {0, 6, 0.03125},
                        {1, 7, 0.0703125},
                        {3, 5, 0.7265625},
                        {12, 12, 1},
                        {10, 21, 0.0707555459812284},
                        {30, 70, 7.85013964559367e-05},
                        {232, 345, 2.91412953842038e-06},
                        {5000, 5200, 0.0487879631268225},
                        {9800, 10200, 0.00478088945590264}};
  for (const auto& e : expected) {
    CAPTURE(e.b);
    CAPTURE(e.c);
    CHECK(std::abs(paired_difference(20000, e.b, e.c).p_value / e.p - 1) < 1e-10);
    CHECK(paired_difference(20000, e.c, e.b).p_value == paired_difference(20000, e.b, e.c).p_value);
  }
}

TEST_CASE("PD.2, PD.5: for every pair of 0 to 30 discordant images verdict, p and interval agree with the exact test") {
  for (std::size_t b = 0; b <= 30; ++b) {
    for (std::size_t c = 0; c <= 30; ++c) {
      for (const std::size_t n : {b + c, b + c + 1, std::size_t{61}, std::size_t{100}, std::size_t{10000}}) {
        if (n == 0) continue;
        CAPTURE(b);
        CAPTURE(c);
        CAPTURE(n);
        const PairedDifference d = paired_difference(n, b, c);
        CHECK(d.significant() == exact_test_rejects(b, c));
        CHECK(d.significant() == (d.p_value < 0.05));
        CHECK(d.significant() == zero_is_outside(d));
        CHECK((d.low <= d.difference && d.difference <= d.high));
        CHECK((-1 - 1e-12 < d.low && d.low < d.high && d.high < 1 + 1e-12));
      }
    }
  }
}

TEST_CASE("PD.2, PD.5: they agree for thousands of discordant images, too, on both sides of the border") {
  for (const std::size_t m : {100u, 577u, 2000u, 9999u, 60000u}) {
    const std::size_t border = m / 2 + static_cast<std::size_t>(0.98 * std::sqrt(static_cast<double>(m)));
    int verdicts = 0;
    for (std::size_t winner = border - 4; winner <= border + 4; ++winner) {
      const PairedDifference d = paired_difference(70000, m - winner, winner);
      CHECK(d.significant() == zero_is_outside(d));
      verdicts |= d.significant() ? 1 : 2;
    }
    CHECK(verdicts == 3);  // both are among them
  }
}

TEST_CASE("PD.1 to PD.5: exchanging the two networks turns the interval round, and more wins move it up") {
  for (const std::size_t n : {50u, 1000u}) {
    for (std::size_t b = 0; b <= 20; ++b) {
      for (std::size_t c = 0; c <= 20; ++c) {
        const PairedDifference d = paired_difference(n, b, c);
        const PairedDifference turned = paired_difference(n, c, b);
        CHECK(std::abs(d.low + turned.high) < 1e-12);
        CHECK(std::abs(d.high + turned.low) < 1e-12);
        if (b == 0) continue;
        const PairedDifference more = paired_difference(n, b - 1, c + 1);  // one pair changes hands
        CHECK(more.low > d.low);
        CHECK(more.high > d.high);
        if (c >= b) CHECK(more.p_value < d.p_value + 1e-12);
      }
    }
  }
}

TEST_CASE("PD.5: the issue's cases: 4 to 0 is no difference, and one image is no proof of anything") {
  CHECK_FALSE(paired_difference(10000, 0, 4).significant());
  CHECK(paired_difference(10000, 0, 4).low < 0);
  CHECK_FALSE(paired_difference(100, 10, 21).significant());
  const PairedDifference one = paired_difference(1, 1, 0);
  CHECK(one.low == -1);
  CHECK(std::abs(one.high - 0.95) < 1e-9);
  const PairedDifference none = paired_difference(100, 0, 0);  // no discordant pair among 100 is no proof of equality
  CHECK(none.low < -0.03);
  CHECK(none.high > 0.03);
  CHECK(paired_difference(10000, 0, 100).high > 0.012);  // other test images might have 120
}

TEST_CASE("PD.5: the limits are those of the formula, with the limits of its factors from exact sums") {
  const PairedDifference d = paired_difference(1000, 30, 70);
  const Interval discordant = clopper_pearson(1000, 100, 0.05);
  const double theta_low = 2 * 0.600185323820196 - 1, theta_high = 2 * 0.787593579510463 - 1;
  const double below = std::hypot((0.4 - theta_low) * 0.1, theta_low * (0.1 - discordant.low));
  const double above = std::hypot((theta_high - 0.4) * 0.1, theta_high * (discordant.high - 0.1));
  CHECK(std::abs(d.low - (0.04 - below)) < 1e-9);
  CHECK(std::abs(d.high - (0.04 + above)) < 1e-9);
  CHECK(d.significant());
}

namespace {

// The probability with which the interval contains the true difference psi (2 pi - 1), over all outcomes.
double coverage(std::size_t n, double psi, double pi) {
  static std::map<std::array<std::size_t, 3>, PairedDifference> known;
  const double truth = psi * (2 * pi - 1);
  double covered = 0;
  double all = 0;
  for (std::size_t m = 0; m <= n; ++m) {
    const double of_m = binomial_probability(n, m, psi);
    if (of_m < 1e-8) continue;
    for (std::size_t c = 0; c <= m; ++c) {
      const double probability = of_m * binomial_probability(m, c, pi);
      if (probability < 1e-9) continue;
      const auto [entry, is_new] = known.try_emplace({n, m, c});
      if (is_new) entry->second = paired_difference(n, m - c, c);
      all += probability;
      if (entry->second.low <= truth + 1e-12 && truth <= entry->second.high + 1e-12) covered += probability;
    }
  }
  return covered / all;
}

}  // namespace

TEST_CASE("PD.5: the interval contains the true difference with a probability of 0.95 or more, over all outcomes") {
  for (const std::size_t n : {1u, 2u, 5u, 10u, 30u, 100u}) {
    double least = 1;
    for (const double psi : {0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.75, 0.99}) {
      for (const double pi : {0.5, 0.55, 0.6, 0.7, 0.8, 0.9, 0.98, 1.0}) least = std::min(least, coverage(n, psi, pi));
    }
    MESSAGE("95 % interval of ", n, " images: least coverage ", least);
    CHECK(least >= 0.95);
  }
  const double of_a_thousand = coverage(1000, 0.06, 0.6);
  MESSAGE("95 % interval of 1000 images, 6 % discordant, of which 60 % are won: coverage ", of_a_thousand);
  CHECK((of_a_thousand >= 0.95 && of_a_thousand < 0.99));
}

TEST_CASE("PD.5: the interval covers whatever is drawn: 20,000 test sets of 500 images") {
  Random random(1, "test sets");
  const double p_first = 0.03, p_second = 0.05;
  int covered = 0;
  for (int set = 0; set < 20000; ++set) {
    std::size_t b = 0, c = 0;
    for (int image = 0; image < 500; ++image) {
      const double u = random.uniform();
      b += u < p_first;
      c += u >= p_first && u < p_first + p_second;
    }
    const PairedDifference d = paired_difference(500, b, c);
    covered += d.low <= p_second - p_first && p_second - p_first <= d.high;
  }
  MESSAGE("95 % interval of 500 images: covers in ", covered, " of 20000 draws");
  CHECK((covered >= 19000 && covered <= 19700));
}

TEST_CASE("paired difference: equal predictions, or as many either way, are no difference") {
  CHECK(of_counts(500, 0, 0, 500).difference == 0);
  CHECK(of_counts(500, 0, 0, 500).p_value == 1);
  CHECK_FALSE(of_counts(500, 0, 0, 500).significant());
  CHECK_FALSE(of_counts(500, 50, 50, 400).significant());
  CHECK(of_counts(500, 50, 50, 400).p_value == 1);
}

TEST_CASE("paired difference: it knows the sign") {
  CHECK(of_counts(800, 70, 30, 100).difference < 0);
  CHECK(of_counts(800, 70, 30, 100).high < 0);
  CHECK(of_counts(800, 70, 30, 100).significant());
}

TEST_CASE("paired difference: a p is printed with what matters, and never as 0.05 where it is below") {
  CHECK(p_value_text(1) == "= 1");
  CHECK(p_value_text(0.125) == "= 0.1250");
  CHECK(p_value_text(0.0707555) == "= 0.0708");
  CHECK(p_value_text(0.00009) == "< 0.0001");
  CHECK(p_value_text(0) == "< 0.0001");
  CHECK(p_value_text(0.04998) == "= 0.04998");
  CHECK(p_value_text(0.050004) == "= 0.050004");
}

TEST_CASE("paired difference: points have two decimals, and more where two would show 0 for what is not 0") {
  CHECK(points_text(0.0113) == "+1.13");
  CHECK(points_text(-0.05) == "-5.00");
  CHECK(points_text(0) == "+0.00");
  CHECK(points_text(0.00006) == "+0.01");
  CHECK(points_text(0.00004) == "+0.004");
  CHECK(points_text(-0.0000213) == "-0.002");
  CHECK(points_text(0.0000004) == "+0.00004");
  CHECK(points_text(-1e-12) == "-0.000000");
}

TEST_CASE("paired difference: lists of different lengths are an error, and so are more pairs than images") {
  const std::vector<std::uint8_t> two = {1, 0}, three = {1, 0, 1}, none;
  CHECK(contains(error_of([&] { paired_difference(two, three); }), "got 2 and 3"));
  CHECK(error_of([&] { paired_difference(none, none); }) != "");
  CHECK(contains(error_of([] { paired_difference(5, 3, 3); }), "6 discordant pairs"));
}

}  // namespace bnlab::testing::paired_test
