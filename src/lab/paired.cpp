#include "bnlab/lab/paired.hpp"

#include <cmath>

#include "bnlab/core/error.hpp"

namespace bnlab {

PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  if (first.size() != second.size() || first.empty()) {
    fail("paired difference: expected as many images for both, got %zu and %zu", first.size(), second.size());
  }
  PairedDifference result = {.count = first.size()};
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] > second[i]) ++result.only_first;
    if (second[i] > first[i]) ++result.only_second;
  }
  const double n = static_cast<double>(result.count);
  const double b = static_cast<double>(result.only_first);
  const double c = static_cast<double>(result.only_second);
  result.difference = (c - b) / n;                                                      // PD.1
  result.error = std::sqrt(((b + c) / n - result.difference * result.difference) / n);  // PD.2
  result.low = result.difference - 1.96 * result.error;                                 // PD.3
  result.high = result.difference + 1.96 * result.error;
  if (b + c > 0) {
    const double excess = std::fmax(std::abs(b - c) - 1, 0);
    result.p_value = std::erfc(std::sqrt(excess * excess / (b + c) / 2));  // PD.4
  }
  return result;
}

}  // namespace bnlab
