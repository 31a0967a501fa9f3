// The binomial distribution and the exact interval for its p, against sums in exact arithmetic.
#include "bnlab/lab/statistics/binomial.hpp"

#include <cmath>

#include "../support.hpp"

namespace bnlab::testing::binomial_test {

namespace {

bool near(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

}  // namespace

// The expected numbers of this file are of Python's integers and of its decimal module with 60 digits: the terms
// comb(m, i) p^i (1 - p)^(m - i) added up, the limits by bisection of that sum.
TEST_CASE("BIN.2: tails agree with exact sums, for few trials and many, on both sides of the mean") {
  CHECK(near(binomial_upper_tail(10, 3, 0.2), 0.3222004736));
  CHECK(near(binomial_upper_tail(577, 345, 0.5), 1.45706476921019e-06));
  CHECK(near(binomial_upper_tail(10000, 5100, 0.5), 0.0232927638524737));
  CHECK(near(binomial_upper_tail(10000, 100, 0.02), 0.999999999999999));
  CHECK(near(binomial_upper_tail(60000, 3, 0.00001), 0.0231145962463438));
}

TEST_CASE("BIN.1, BIN.2: probabilities add up to 1, and tails are sums of them") {
  for (const std::uint64_t m : {1u, 2u, 7u, 40u, 300u}) {
    for (const double p : {0.0, 0.003, 0.3, 0.5, 0.97, 1.0}) {
      double sum = 0;
      for (std::uint64_t k = m + 1; k-- > 0;) {
        sum += binomial_probability(m, k, p);
        CHECK(std::abs(binomial_upper_tail(m, k, p) - sum) < 1e-12);
      }
      CHECK(std::abs(sum - 1) < 1e-12);
      CHECK(binomial_upper_tail(m, m + 1, p) == 0);
    }
  }
}

TEST_CASE("BIN.3: Clopper and Pearson's limits agree with exact sums") {
  struct {
    std::uint64_t m, k;
    double low, high;
  } const expected[] = {{1, 0, 0, 0.975},
                        {1, 1, 0.025, 1},
                        {4, 4, 0.397635364383525, 1},
                        {31, 21, 0.48627017040725, 0.833176362577041},
                        {100, 70, 0.600185323820196, 0.787593579510463},
                        {577, 345, 0.556629046183936, 0.638203789241147},
                        {10000, 577, 0.0532091930997756, 0.0624504944623165},
                        {10000, 7469, 0.738257179373418, 0.755398811074962},
                        {60000, 3, 1.0311320743561e-05, 0.000146114195301705}};
  for (const auto& e : expected) {
    CAPTURE(e.m);
    const Interval interval = clopper_pearson(e.m, e.k, 0.05);
    CHECK(near(interval.low, e.low));
    CHECK(near(interval.high, e.high));
  }
}

TEST_CASE("BIN.3: without a trial nothing is known, and successes and failures are alike") {
  const Interval nothing = clopper_pearson(0, 0, 0.05);
  CHECK(nothing.low == 0);
  CHECK(nothing.high == 1);
  for (std::uint64_t m = 1; m <= 25; ++m) {
    for (std::uint64_t k = 0; k <= m; ++k) {
      const Interval interval = clopper_pearson(m, k, 0.05);
      CHECK(std::abs(interval.low - (1 - clopper_pearson(m, m - k, 0.05).high)) < 1e-15);
      const double share = static_cast<double>(k) / static_cast<double>(m);
      CHECK(interval.low <= share);
      CHECK(share <= interval.high);
    }
  }
}

}  // namespace bnlab::testing::binomial_test
