// Where an axis has its ticks, and what is written there.
#pragma once

#include <string>
#include <vector>

namespace bnlab {

// `value` is the very number that the label says, read as text is read: 0.3, not 3 times 0.1.
struct Tick {
  double value;
  std::string label;  // empty: a minor tick, a short line without a number
};

// The multiples of 1, 2 or 5 times a power of ten in [low, high], as closely spaced as gives at most `most` of them (fewer
// than 3 count as 3). All labels have as many decimals as the step needs.
std::vector<Tick> linear_ticks(double low, double high, std::size_t most);

// For a logarithmic axis, 0 < low < high. At least three powers of ten in the range are labelled alone, every second or
// third … where they are more than `most`; in a shorter range also 2 and 5 times a power of ten; and where fewer than
// three of those are in it, the linear ticks. The multiples 2 to 9 without a label are minor ticks.
std::vector<Tick> log_ticks(double low, double high, std::size_t most);

}  // namespace bnlab
