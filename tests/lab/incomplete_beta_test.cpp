// The incomplete beta function: closed forms, and the binomial distribution, which is summed term by term.
#include "bnlab/lab/statistics/incomplete_beta.hpp"

#include <cmath>
#include <limits>

#include "../support.hpp"
#include "bnlab/lab/statistics/binomial.hpp"

namespace bnlab::testing::incomplete_beta_test {

namespace {

double of(double a, double b, double x) { return incomplete_beta(a, b, x, 1 - x); }

}  // namespace

TEST_CASE("IB.1: where a or b is 1 the integral is a power") {
  for (const double shape : {0.5, 1.0, 2.5, 7.0, 80.0}) {
    for (const double x : {0.01, 0.2, 0.5, 0.77, 0.99}) {
      CAPTURE(shape);
      CAPTURE(x);
      CHECK(std::abs(of(shape, 1, x) - std::pow(x, shape)) < 1e-12);
      CHECK(std::abs(of(1, shape, x) - (1 - std::pow(1 - x, shape))) < 1e-12);
    }
  }
}

TEST_CASE("IB.1: for a = b = 1/2 it is the arcsine law") {
  const double pi = std::acos(-1.0);
  for (const double x : {1e-12, 0.1, 0.5, 0.9}) {
    CAPTURE(x);
    CHECK(std::abs(of(0.5, 0.5, x) / (2 / pi * std::asin(std::sqrt(x))) - 1) < 1e-13);
  }
}

// P(X >= k) = I_p(k, m - k + 1) for X ~ Binomial(m, p).
TEST_CASE("IB.1: of whole numbers it is a tail of the binomial distribution") {
  for (const std::uint64_t m : {1u, 2u, 7u, 40u, 1000u}) {
    for (std::uint64_t k = 1; k <= m; k += 1 + m / 9) {
      for (const double p : {0.03, 0.4, 0.5, 0.95}) {
        CAPTURE(m);
        CAPTURE(k);
        CAPTURE(p);
        const double beta = of(static_cast<double>(k), static_cast<double>(m - k + 1), p);
        CHECK(std::abs(beta - binomial_upper_tail(m, k, p)) < 1e-11);
      }
    }
  }
}

TEST_CASE("IB.2: from both sides it is the same, also in the middle, where either way may be taken") {
  for (const double a : {0.5, 1.0, 3.0, 500.0}) {
    for (const double b : {0.5, 2.0, 3.0, 500.0}) {
      for (const double x : {0.0, 1e-9, 0.25, (a + 1) / (a + b + 2), 0.5, 0.75, 1.0}) {
        CAPTURE(a);
        CAPTURE(b);
        CAPTURE(x);
        CHECK(std::abs(of(a, b, x) + incomplete_beta(b, a, 1 - x, x) - 1) < 1e-12);
      }
    }
  }
}

TEST_CASE("IB: arguments out of range are an error") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(of(0, 1, 0.5), Error);
  CHECK_THROWS_AS(of(1, -1, 0.5), Error);
  CHECK_THROWS_AS(of(1, 1, 1.5), Error);
  CHECK_THROWS_AS(of(1, nan, 0.5), Error);
  CHECK_THROWS_AS(of(1, 1, nan), Error);
}

}  // namespace bnlab::testing::incomplete_beta_test
