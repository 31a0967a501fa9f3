#include "bnlab/lab/statistics/binomial.hpp"

#include <algorithm>
#include <cmath>

namespace bnlab {
namespace {

// log x!
double log_factorial(std::uint64_t x) { return std::lgamma(static_cast<double>(x) + 1); }

// P(X >= k) where k lies above the mean. From there on the terms of BIN.2 shrink: the sum ends where they no longer
// change it.
double sum_upwards(std::uint64_t m, std::uint64_t k, double p) {
  double term = binomial_probability(m, k, p);
  double sum = term;
  for (std::uint64_t i = k; i < m && term > 1e-18 * sum; ++i) {
    term *= static_cast<double>(m - i) / static_cast<double>(i + 1) * p / (1 - p);  // P(X = i + 1) from P(X = i)
    sum += term;
  }
  return sum;
}

// The p at which P(X >= k), which grows with p, is `probability`. By bisection. Its first midpoint is 1/2, where it
// computes the very tail that an exact test of p = 1/2 computes: so interval and test cannot differ.
double low_limit(std::uint64_t m, std::uint64_t k, double probability) {
  if (k == 0) return 0;
  double low = 0;
  double high = 1;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = (low + high) / 2;
    (binomial_upper_tail(m, k, middle) < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double binomial_probability(std::uint64_t m, std::uint64_t k, double p) {
  if (k > m) return 0;
  if (p == 0) return k == 0 ? 1 : 0;
  if (p == 1) return k == m ? 1 : 0;
  // As a logarithm, since the factorials overflow and the powers underflow.
  const double log_ways = log_factorial(m) - log_factorial(k) - log_factorial(m - k);
  const double successes = static_cast<double>(k);
  const double failures = static_cast<double>(m - k);
  return std::exp(log_ways + successes * std::log(p) + failures * std::log1p(-p));  // BIN.1
}

// Below the mean we sum the other tail, with successes and failures exchanged, and subtract it from 1.
double binomial_upper_tail(std::uint64_t m, std::uint64_t k, double p) {
  if (k == 0) return 1;
  if (k > m) return 0;
  if (p == 0) return 0;
  if (p == 1) return 1;
  const bool above_mean = static_cast<double>(k) > static_cast<double>(m) * p;
  const double tail = above_mean ? sum_upwards(m, k, p) : 1 - sum_upwards(m, m - k + 1, 1 - p);  // BIN.2
  return std::clamp(tail, 0.0, 1.0);
}

Interval clopper_pearson(std::uint64_t m, std::uint64_t k, double alpha) {
  return {.low = low_limit(m, k, alpha / 2), .high = 1 - low_limit(m, m - k, alpha / 2)};  // BIN.3
}

}  // namespace bnlab
