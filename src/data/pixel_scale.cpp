#include "bnlab/data/pixel_scale.hpp"

#include <algorithm>
#include <cmath>

namespace bnlab {

static bool is_mean(double mean) { return mean >= 0 && mean <= 1; }

// 1 / deviation, the largest input, must be finite, as a `real`, too.
static bool is_deviation(double deviation) {
  return deviation > 0 && std::isfinite(deviation) && std::isfinite(static_cast<real>(1 / deviation));
}

bool PixelScale::valid() const {
  return is_mean(mean) && is_deviation(deviation) && std::isfinite(factor()) && std::isfinite(shift()) &&
         std::all_of(means.begin(), means.end(), is_mean) &&
         std::all_of(deviations.begin(), deviations.end(), is_deviation);
}

}  // namespace bnlab
