#include "bnlab/lab/paired.hpp"

#include <cmath>

#include "bnlab/core/error.hpp"

namespace bnlab {

// With b images only the first gets right and c only the second, of n:
//
//   PD.1   difference d = (c - b) / n                        an image counts +1, -1 or 0, and d is the mean
//   PD.2   standard error = sqrt((b + c) / n - d²) / sqrt(n)      the deviation of those counts, over sqrt(n)
//   PD.3   95 % interval = d ± 1.96 standard errors
//   PD.4   χ² = (|b - c| - 1)² / (b + c), one degree of freedom: p = erfc(sqrt(χ² / 2))
PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  if (first.size() != second.size() || first.empty()) {
    fail("paired difference: expected as many images for both, got %zu and %zu", first.size(), second.size());
  }
  PairedDifference result;
  result.count = first.size();
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
