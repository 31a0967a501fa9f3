// What a few runs say of the mean over all seeds: an interval, a test, and several tests at once.
//
// A run is one draw: other initial weights and another order of the images give another accuracy. What the mean over
// all draws is, a few runs can only bound. Two networks are compared seed by seed, as a run and its partner share what
// the seed decides; so much of the noise is common to both and drops out of the difference.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace bnlab {

struct Estimate {
  std::size_t count = 0;  // runs, or pairs of runs
  double mean = 0;
  double deviation = 0;  // the sample's standard deviation, of single runs
  double low = 0;        // the mean's 95 % interval, from low
  double high = 0;       // to high
  double p_value = 1;    // the two-sided t test: a mean at least this far from 0 although the true one is 0

  double half_width() const { return (high - low) / 2; }  // the interval is mean ± this
};

// Of one measure over n runs. Of one run no interval is known: it is from -∞ to +∞, and p is 1. Error: no values, or one
// that is not finite. What a diverged run counts as, its caller must decide.
Estimate estimate(std::span<const double> values);

// The same of second[i] - first[i], the runs of seed i. Error: they differ in number.
Estimate paired_estimate(std::span<const double> first, std::span<const double> second);

// The p-values of m tests, each adjusted so that with "adjusted p < 0.05" the probability of even one false alarm among
// all m is at most 5 %. They stay in the given order. Error: a value outside of [0, 1].
std::vector<double> holm(const std::vector<double>& p_values);

// The equations, for values v_1 … v_n:
//
//   TI.1   mean v̄ = Σ v_i / n
//   TI.2   deviation s = sqrt(Σ (v_i - v̄)² / (n - 1))
//   TI.3   standard error of the mean e = s / sqrt(n)
//   TI.4   interval v̄ ± q e, with q the 0.975 quantile of Student's t with n - 1 degrees of freedom
//   TI.5   p = P(|T| >= |v̄| / e), T the same distribution
//   TI.6   of pairs: v_i = second_i - first_i
//   TI.7   Holm: p_(1) <= … <= p_(m) sorted, adjusted p_(k) = max_{j <= k} min(1, (m - j + 1) p_(j))
//
// Why t. With s estimated from n runs, v̄ / e is not normal: for 3 runs the interval is 4.30 standard errors wide on each
// side, not 1.96. The interval promises 95 % for values from a normal distribution, whatever n is. Means over steps or
// images are near enough to normal; tests/lab/estimate_test.cpp counts how often the interval contains the truth.
//
// Test and interval agree: p < 0.05 where 0 is outside of the interval, and nowhere else.
//
// Values that are all equal (s = 0). TI.4 then is the mean itself, and TI.5 has a limit: p is 0 where the mean is not 0,
// and 1 where it is. Such runs are no proof that there is no spread. A measure in steps, such as the accuracy on 100
// images, hides any spread below its step. A measure that no seed changes has none. The two look alike from here, so a
// judgement says it in words.
//
// Why Holm (1979). Of 20 tests of differences that do not exist one falls below p = 0.05 on average. The smallest p must
// be below 0.05 / m, the next below 0.05 / (m - 1), and so on, until the first that is not. That holds for any
// dependence between the tests, which share their runs here.

}  // namespace bnlab
