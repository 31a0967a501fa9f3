#include "bnlab/data/pixel_scale.hpp"

#include <cmath>

namespace bnlab {

bool PixelScale::valid() const {
  return mean >= 0 && mean <= 1 && deviation > 0 && std::isfinite(deviation) && std::isfinite(factor()) &&
         std::isfinite(shift());
}

}  // namespace bnlab
