// Student's t: values of printed tables, closed forms, and the integral of the density, computed by Simpson's rule.
#include "bnlab/lab/statistics/student_t.hpp"

#include <cmath>
#include <limits>

#include "../support.hpp"

namespace bnlab::testing::student_t_test {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double density(double t, double degrees) {
  const double log_factor = std::lgamma((degrees + 1) / 2) - std::lgamma(degrees / 2);
  return std::exp(log_factor) / std::sqrt(degrees * std::acos(-1.0)) *
         std::pow(1 + t * t / degrees, -(degrees + 1) / 2);  // ST.1
}

// ∫_0^t f, in 20,000 steps.
double integral(double t, double degrees) {
  constexpr int kSteps = 20'000;
  const double width = t / kSteps;
  double sum = density(0, degrees) + density(t, degrees);
  for (int i = 1; i < kSteps; ++i) sum += (i % 2 == 1 ? 4 : 2) * density(i * width, degrees);
  return sum * width / 3;
}

}  // namespace

// 12.706, 63.657, 4.303, 9.925, 2.776, 4.604, 2.262, 3.250, 2.042, 2.750, 1.962, 2.581 in the tables of text books,
// such as Fisher and Yates, Statistical Tables, table III. The further digits are of Python's mpmath, with 40 digits.
TEST_CASE("ST.4: the quantiles are those of the tables") {
  struct {
    double degrees, p, t;
  } const table[] = {
      {1, 0.975, 12.7062047361747},   {1, 0.995, 63.65674116287158},    {2, 0.975, 4.302652729749464},
      {2, 0.995, 9.924843200918293},  {4, 0.975, 2.776445105197794},    {4, 0.995, 4.604094871349993},
      {9, 0.975, 2.262157162798206},  {9, 0.995, 3.249835541592126},    {30, 0.975, 2.042272456301238},
      {30, 0.995, 2.749995653567225}, {1000, 0.975, 1.962339080826408}, {1000, 0.995, 2.580754698065951}};
  for (const auto& row : table) {
    CAPTURE(row.degrees);
    CAPTURE(row.p);
    CHECK(std::abs(student_t_quantile(row.p, row.degrees) / row.t - 1) < 1e-12);
    CHECK(std::abs(student_t_quantile(1 - row.p, row.degrees) / -row.t - 1) < 1e-12);
    CHECK(std::abs(student_t_cdf(row.t, row.degrees) - row.p) < 1e-12);
    CHECK(std::abs(student_t_two_sided(-row.t, row.degrees) - 2 * (1 - row.p)) < 1e-12);
  }
}

TEST_CASE("ST.3: with 1 and 2 degrees of freedom the distribution is known in closed form") {
  const double pi = std::acos(-1.0);
  for (const double t : {-1e6, -30.0, -2.0, -1.0, -1e-3, 0.0, 1e-9, 0.5, 1.0, 4.0, 200.0}) {
    CAPTURE(t);
    CHECK(std::abs(student_t_cdf(t, 1) - (0.5 + std::atan(t) / pi)) < 1e-14);
    CHECK(std::abs(student_t_cdf(t, 2) - (0.5 + t / (2 * std::sqrt(2 + t * t)))) < 1e-14);
  }
  for (const double p : {1e-6, 0.01, 0.3, 0.5, 0.6, 0.999}) {
    CAPTURE(p);
    CHECK(std::abs(student_t_quantile(p, 1) - std::tan(pi * (p - 0.5))) < 1e-10 / p);
    CHECK(std::abs(student_t_quantile(p, 2) - (2 * p - 1) / std::sqrt(2 * p * (1 - p))) < 1e-12 / p);
  }
}

TEST_CASE("ST.1, ST.3: it is the integral of the density, also for degrees that are not whole") {
  for (const double degrees : {0.7, 1.0, 2.5, 4.0, 9.0, 30.0, 333.3}) {
    for (const double t : {0.1, 1.0, 2.7, 8.0}) {
      CAPTURE(degrees);
      CAPTURE(t);
      CHECK(std::abs(student_t_cdf(t, degrees) - 0.5 - integral(t, degrees)) < 1e-11);
      CHECK(std::abs(student_t_cdf(-t, degrees) - 0.5 + integral(t, degrees)) < 1e-11);
    }
  }
}

TEST_CASE("ST.4: quantile and distribution are each other's inverse") {
  for (const double degrees : {1.0, 2.0, 4.0, 19.0, 1000.0}) {
    for (const double p : {1e-8, 0.002, 0.025, 0.4, 0.5, 0.77, 0.975, 0.9999}) {
      CAPTURE(degrees);
      CAPTURE(p);
      CHECK(std::abs(student_t_cdf(student_t_quantile(p, degrees), degrees) / p - 1) < 1e-10);
    }
  }
}

TEST_CASE("ST.2: far out it keeps its digits") {
  // With 2 degrees of freedom 1 - t / sqrt(2 + t²), which is 1 / t² for a large t.
  CHECK(std::abs(student_t_two_sided(1e9, 2) * 1e18 - 1) < 1e-9);
  CHECK(student_t_two_sided(kInfinity, 2) == 0);
  CHECK(student_t_cdf(kInfinity, 5) == 1);
  CHECK(student_t_cdf(-kInfinity, 5) == 0);
  CHECK(student_t_quantile(0, 5) == -kInfinity);
  CHECK(student_t_quantile(1, 5) == kInfinity);
}

TEST_CASE("ST: what is no probability, no number or has no degrees of freedom is an error") {
  CHECK_THROWS_AS(student_t_cdf(std::nan(""), 3), Error);
  CHECK_THROWS_AS(student_t_cdf(1, 0), Error);
  CHECK_THROWS_AS(student_t_quantile(1.1, 3), Error);
  CHECK_THROWS_AS(student_t_quantile(std::nan(""), 3), Error);
  CHECK_THROWS_AS(student_t_quantile(0.5, -1), Error);
}

}  // namespace bnlab::testing::student_t_test
