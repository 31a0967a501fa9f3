#include "bnlab/lab/statistics/paired.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/error.hpp"
#include "bnlab/core/text.hpp"
#include "bnlab/lab/statistics/binomial.hpp"

namespace bnlab {
namespace {

constexpr double kAlpha = 0.05;  // 1 - 0.95

double exact_mcnemar(std::size_t b, std::size_t c) {
  const std::size_t winner =
      std::max(b, c);  // P(X <= min(b, c)) = P(X >= max(b, c)): Binomial(b + c, 1/2) is symmetric
  return std::min(1.0, 2 * binomial_upper_tail(b + c, winner, 0.5));  // PD.2
}

// The estimate of a factor and its interval.
struct Factor {
  double value;
  Interval interval;
};

// How far a limit of theta psi is from the estimate, by two steps: of theta to the end of its interval, and from there
// of psi to the end of its own. Their squares are added.
double distance_to_limit(const Factor& theta, double theta_end, const Factor& psi, double psi_end) {
  return std::hypot((theta_end - theta.value) * psi.value, theta_end * (psi_end - psi.value));  // PD.5
}

// An interval for theta psi, with psi >= 0. Each limit takes the end of psi's interval that moves it farther out. Where
// the end of theta's interval is positive, the lower limit takes the small psi and the upper one the large psi. Where
// it is negative, it is the other way round.
Interval interval_of_product(const Factor& theta, const Factor& psi) {
  const auto [theta_low, theta_high] = theta.interval;
  const double psi_of_low = theta_low > 0 ? psi.interval.low : psi.interval.high;
  const double psi_of_high = theta_high > 0 ? psi.interval.high : psi.interval.low;
  const double product = theta.value * psi.value;
  return {.low = product - distance_to_limit(theta, theta_low, psi, psi_of_low),
          .high = product + distance_to_limit(theta, theta_high, psi, psi_of_high)};
}

}  // namespace

PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  if (first.size() != second.size() || first.empty()) {
    fail("paired difference: expected as many images for both, got %zu and %zu", first.size(), second.size());
  }
  std::size_t only_first = 0;
  std::size_t only_second = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] > second[i]) ++only_first;
    if (second[i] > first[i]) ++only_second;
  }
  return paired_difference(first.size(), only_first, only_second);
}

PairedDifference paired_difference(std::size_t count, std::size_t only_first, std::size_t only_second) {
  const std::size_t discordant = only_first + only_second;
  if (count == 0 || discordant > count) {
    fail("paired difference: expected %zu discordant pairs among at least as many images, got %zu", discordant, count);
  }
  PairedDifference result = {.count = count, .only_first = only_first, .only_second = only_second};
  const double n = static_cast<double>(count);
  const double excess = static_cast<double>(only_second) - static_cast<double>(only_first);
  result.difference = excess / n;                                        // PD.1
  result.p_value = exact_mcnemar(only_first, only_second);               // PD.2
  const Interval pi = clopper_pearson(discordant, only_second, kAlpha);  // PD.3
  const Factor theta = {.value = discordant > 0 ? excess / static_cast<double>(discordant) : 0,
                        .interval = {.low = 2 * pi.low - 1, .high = 2 * pi.high - 1}};
  const Factor psi = {.value = static_cast<double>(discordant) / n,
                      .interval = clopper_pearson(count, discordant, kAlpha)};  // PD.4
  const Interval interval = interval_of_product(theta, psi);
  result.low = interval.low;
  result.high = interval.high;
  return result;
}

std::string points_text(double difference) {
  constexpr int kMostDecimals = 6;
  const double points = 100 * difference;
  int decimals = 2;
  while (decimals < kMostDecimals && points != 0 && std::abs(points) < std::pow(10, -decimals) / 2) ++decimals;
  return format("%+.*f", decimals, points);
}

std::string p_value_text(double p) {
  if (p < 0.0001) return "< 0.0001";
  if (p == 1) return "= 1";
  int digits = 4;
  while (digits < 17 && p != 0.05 && std::abs(p - 0.05) < std::pow(10, -digits) / 2) ++digits;
  return format("= %.*f", digits, p);
}

}  // namespace bnlab
