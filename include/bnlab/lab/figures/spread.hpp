// Labels beside lines, moved apart so that none covers another.
#pragma once

#include <vector>

namespace bnlab {

// Positions at least `gap` apart in [low, high], in the order of those wanted, the sum of squared moves as small as
// that allows. Where there is no room for that gap, equal gaps that fill the range.
std::vector<double> spread(const std::vector<double>& wanted, double gap, double low, double high);

}  // namespace bnlab
