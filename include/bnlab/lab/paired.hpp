// Two classifiers on the same test images: how much better is one, and could it be chance?
//
// The two accuracies share their images, so their errors do not add as those of separate experiments would. Only the
// images on which exactly one of the two is right tell them apart (McNemar, 1947).
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
  double low = 0, high = 0;     // its 95 % interval
  double p_value = 1;           // McNemar's test with continuity correction: of a difference this large by chance alone

  // Within two standard errors there is no difference to speak of.
  bool significant() const { return difference > 2 * error || difference < -2 * error; }
};

// 1 or 0 per image, as Evaluation::correct; the same length, the same images.
PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);

}  // namespace bnlab
