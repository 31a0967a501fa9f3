#include "bnlab/lab/statistics/student_t.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bnlab/core/error.hpp"
#include "bnlab/lab/statistics/incomplete_beta.hpp"

namespace bnlab {
namespace {

// The t > 0 beyond which, on both sides, `probability` lies. By bisection, until no number lies between the ends.
double two_sided_quantile(double probability, double degrees) {
  double low = 0;
  double high = 1;
  while (student_t_two_sided(high, degrees) > probability) {
    low = high;
    high *= 2;
  }
  while (true) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    (student_t_two_sided(middle, degrees) > probability ? low : high) = middle;
  }
}

}  // namespace

double student_t_two_sided(double t, double degrees) {
  if (std::isnan(t) || !(degrees > 0)) {
    fail("Student's t: expected a number and more than 0 degrees of freedom, got %g and %g", t, degrees);
  }
  const double ratio = t / degrees * t;  // t² / ν
  if (std::isinf(ratio)) return 0;
  return incomplete_beta(degrees / 2, 0.5, 1 / (1 + ratio), ratio / (1 + ratio));  // ST.2
}

double student_t_cdf(double t, double degrees) {
  const double tail = student_t_two_sided(t, degrees) / 2;
  return t > 0 ? 1 - tail : tail;  // ST.3
}

double student_t_quantile(double p, double degrees) {
  if (!(p >= 0 && p <= 1) || !(degrees > 0)) {
    fail("Student's t quantile: expected p in [0, 1] and more than 0 degrees of freedom, got %g and %g", p, degrees);
  }
  if (p == 0.5) return 0;
  const double tails = 2 * std::min(p, 1 - p);  // both together
  const double t = tails == 0 ? std::numeric_limits<double>::infinity() : two_sided_quantile(tails, degrees);
  return p < 0.5 ? -t : t;  // ST.4
}

}  // namespace bnlab
