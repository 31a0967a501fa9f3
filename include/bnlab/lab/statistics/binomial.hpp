// The binomial distribution: how many of m trials succeed, each with probability p.
#pragma once

#include <cstdint>

namespace bnlab {

// For X ~ Binomial(m, p), with 0 <= p <= 1:
//
//   BIN.1   P(X = k) = m! / (k! (m - k)!) p^k (1 - p)^(m - k)
//   BIN.2   P(X >= k) = Σ_{i >= k} P(X = i)
double binomial_probability(std::uint64_t m, std::uint64_t k, double p);
double binomial_upper_tail(std::uint64_t m, std::uint64_t k, double p);

// An interval for p.
struct Interval {
  double low = 0;
  double high = 1;
};

// The exact interval of Clopper and Pearson (1934) for p, after k successes in m trials: those p for which neither so
// many successes nor so few would be surprising.
//
//   BIN.3   P(X >= k) = α/2 where p is the low limit (0 if k = 0), P(X <= k) = α/2 where p is the high one (1 if k = m)
//
// It contains the true p with a probability of at least 1 - α, whatever m and p are.
Interval clopper_pearson(std::uint64_t m, std::uint64_t k, double alpha);

}  // namespace bnlab
