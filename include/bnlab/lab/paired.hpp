// Two classifiers on the same test images: how much better is one, and could it be chance?
//
// The two accuracies share their images, so their errors do not add as those of separate experiments would. Only the
// images on which exactly one of the two is right tell them apart (McNemar, 1947).
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "bnlab/core/error.hpp"

namespace bnlab {

struct PairedDifference {
  std::size_t count = 0;        // images
  std::size_t only_first = 0;   // the first right, the second wrong
  std::size_t only_second = 0;  // the second right, the first wrong
  double difference = 0;        // accuracy of the second less that of the first
  double error = 0;             // its standard error
  double low = 0, high = 0;     // its 95 % interval
  double p_value = 1;           // McNemar's test with continuity correction: of a difference this large by chance alone

  // Within two standard errors there is no difference to speak of.
  bool significant() const { return difference > 2 * error || difference < -2 * error; }
};

// Of 1 or 0 per image, as Evaluation::correct; the same length, the same images.
// With b images only the first gets right and c only the second, of n:
//
//   PD.1   difference d = (c - b) / n                        an image counts +1, -1 or 0, and d is the mean
//   PD.2   standard error = sqrt((b + c) / n - d²) / sqrt(n)      the deviation of those counts, over sqrt(n)
//   PD.3   95 % interval = d ± 1.96 standard errors
//   PD.4   χ² = (|b - c| - 1)² / (b + c), one degree of freedom: p = erfc(sqrt(χ² / 2))
inline PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  if (first.size() != second.size() || first.empty()) {
    fail("paired difference: expected as many images for both, got %zu and %zu", first.size(), second.size());
  }
  PairedDifference result{.count = first.size()};
  for (std::size_t i = 0; i < first.size(); ++i) {
    result.only_first += first[i] > second[i];
    result.only_second += second[i] > first[i];
  }
  const double n = static_cast<double>(result.count);
  const double b = static_cast<double>(result.only_first), c = static_cast<double>(result.only_second);
  result.difference = (c - b) / n;
  result.error = std::sqrt(((b + c) / n - result.difference * result.difference) / n);
  result.low = result.difference - 1.96 * result.error;
  result.high = result.difference + 1.96 * result.error;
  if (b + c > 0) {
    const double excess = std::fmax(std::abs(b - c) - 1, 0);
    result.p_value = std::erfc(std::sqrt(excess * excess / (b + c) / 2));
  }
  return result;
}

}  // namespace bnlab
