// Two classifiers on the same test images: how much better is one, and could it be chance?
//
// The two accuracies share their images, so their standard errors do not add as those of separate experiments would.
// Only the images on which exactly one of the two is right, the discordant pairs, carry information on which is better:
// McNemar's test (1947).
#pragma once

#include <cstdint>
#include <span>

namespace bnlab {

struct PairedDifference {
  std::size_t count = 0;        // images
  std::size_t only_first = 0;   // the first right, the second wrong
  std::size_t only_second = 0;  // the second right, the first wrong
  double difference = 0;        // accuracy of the second less that of the first
  double error = 0;             // its standard error
  double low = 0;               // its 95 % interval, from low
  double high = 0;              // to high
  double p_value = 1;           // McNemar's test with continuity correction: of a difference this large by chance alone

  // A difference within two standard errors is not significant.
  bool significant() const { return difference > 2 * error || difference < -2 * error; }
};

// Of 1 or 0 per image, as Evaluation::correct; the same length, the same images.
// With b images only the first gets right and c only the second, of n:
//
//   PD.1   difference d = (c - b) / n                        an image counts +1, -1 or 0, and d is the mean
//   PD.2   standard error = sqrt((b + c) / n - d²) / sqrt(n)      the standard deviation of those counts, over sqrt(n)
//   PD.3   95 % interval = d ± 1.96 standard errors
//   PD.4   χ² = (|b - c| - 1)² / (b + c), one degree of freedom: p = erfc(sqrt(χ² / 2))
PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);

}  // namespace bnlab
