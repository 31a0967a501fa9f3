#include "bnlab/lab/statistics/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "bnlab/core/error.hpp"
#include "bnlab/lab/statistics/student_t.hpp"

namespace bnlab {
namespace {

constexpr double kConfidence = 0.95;

void require_finite(std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    fail("estimate: expected finite values, got %g as number %zu of %zu; cap what diverged first", values[i], i + 1,
         values.size());
  }
}

// Summed as differences from the first value: so the mean of equal values is that value, without rounding.
double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value - values[0];
  return values[0] + sum / static_cast<double>(values.size());  // TI.1
}

double deviation_of(std::span<const double> values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));  // TI.2
}

// With e = 0 the limit of TI.5 for e -> 0.
double p_of_mean(double mean, double standard_error, double degrees) {
  if (standard_error == 0) return mean == 0 ? 1 : 0;
  return student_t_two_sided(mean / standard_error, degrees);  // TI.5
}

}  // namespace

Estimate estimate(std::span<const double> values) {
  if (values.empty()) fail("estimate: expected the values of one run or more, got none");
  require_finite(values);
  Estimate result = {.count = values.size(), .mean = mean_of(values)};
  if (values.size() == 1) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    result.low = -kInfinity;
    result.high = kInfinity;
    return result;
  }
  const double degrees = static_cast<double>(values.size() - 1);
  result.deviation = deviation_of(values, result.mean);
  const double standard_error = result.deviation / std::sqrt(static_cast<double>(values.size()));  // TI.3
  const double half = student_t_quantile((1 + kConfidence) / 2, degrees) * standard_error;         // TI.4
  result.low = result.mean - half;
  result.high = result.mean + half;
  result.p_value = p_of_mean(result.mean, standard_error, degrees);
  return result;
}

Estimate paired_estimate(std::span<const double> first, std::span<const double> second) {
  if (first.size() != second.size()) {
    fail("paired estimate: expected as many runs of both, got %zu and %zu", first.size(), second.size());
  }
  require_finite(first);
  require_finite(second);
  std::vector<double> differences(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) differences[i] = second[i] - first[i];  // TI.6
  return estimate(differences);
}

std::vector<double> holm(const std::vector<double>& p_values) {
  for (const double p : p_values) {
    if (!(p >= 0 && p <= 1)) fail("Holm: expected p-values in [0, 1], got %g", p);
  }
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double largest = 0;  // so far: a test never gets a smaller p than one before it
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double tests_left = static_cast<double>(order.size() - k);
    largest = std::max(largest, std::min(1.0, tests_left * p_values[order[k]]));  // TI.7
    adjusted[order[k]] = largest;
  }
  return adjusted;
}

}  // namespace bnlab
