#include "bnlab/lab/statistics/incomplete_beta.hpp"

#include <cmath>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// x^a (1 - x)^b / B(a, b), as a logarithm first: the powers underflow and the gamma functions overflow.
double front_factor(double a, double b, double x, double rest) {
  const double log_beta = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  return std::exp(a * std::log(x) + b * std::log(rest) - log_beta);
}

// d_j, for j = 1, 2, …
double coefficient(int j, double a, double b, double x) {
  const double m = j / 2;  // rounded down
  const double position = a + j;
  if (j % 2 == 0) return m * (b - m) * x / ((position - 1) * position);
  return -(a + m) * (a + b + m) * x / ((position - 1) * position);
}

// Lentz's method has no divisions by zero: what is too small counts as tiny.
double away_from_zero(double value) {
  constexpr double kTiny = 1e-300;
  return std::abs(value) < kTiny ? kTiny : value;
}

// 1/(1 + d_1/(1 + d_2/(1 + …))). `above` and `below` are ratios of neighbouring numerators and denominators of its
// beginnings; each step multiplies the value by their product, until that is 1.
double continued_fraction(double a, double b, double x) {
  constexpr int kMostSteps = 100'000;
  constexpr double kEnough = 4e-16;  // a few units of rounding
  double above = 1;
  double below = 0;
  double value = 1;
  for (int j = 1; j <= kMostSteps; ++j) {
    const double d = coefficient(j, a, b, x);
    below = 1 / away_from_zero(1 + d * below);
    above = away_from_zero(1 + d / above);
    value *= above * below;
    if (std::abs(above * below - 1) <= kEnough) return 1 / value;
  }
  fail("incomplete beta function: expected a and b of at most some millions, got %g and %g", a, b);
}

double by_continued_fraction(double a, double b, double x, double rest) {
  return front_factor(a, b, x, rest) / a * continued_fraction(a, b, x);  // IB.3
}

}  // namespace

double incomplete_beta(double a, double b, double x, double rest) {
  const bool sound = a > 0 && b > 0 && std::isfinite(a + b) && x >= 0 && x <= 1 && rest >= 0 && rest <= 1;
  if (!sound) {
    fail("incomplete beta function: expected a, b > 0 and x in [0, 1], got a %g, b %g, x %g and 1 - x %g", a, b, x,
         rest);
  }
  if (x == 0) return 0;
  if (rest == 0) return 1;
  const bool converges_fast = x < (a + 1) / (a + b + 2);
  if (converges_fast) return by_continued_fraction(a, b, x, rest);
  return 1 - by_continued_fraction(b, a, rest, x);  // IB.2
}

}  // namespace bnlab
