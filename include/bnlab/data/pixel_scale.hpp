// How pixels become the inputs of a network: (pixel / 255 - mean) / deviation, one mean and deviation for all channels.
#pragma once

#include "bnlab/core/real.hpp"

namespace bnlab {

struct PixelScale {
  // With 0.5 and 0.5 the inputs are in [-1, 1] for every dataset: no statistics of the images are used, so none of the
  // test set. Models that were trained elsewhere may need others (docs/pytorch.md).
  double mean = 0.5;       // in [0, 1]
  double deviation = 0.5;  // > 0

  // The same as pixel * factor() + shift().
  real factor() const { return static_cast<real>(1 / (255 * deviation)); }
  real shift() const { return static_cast<real>(-mean / deviation); }

  // Whether mean and deviation are in their ranges, and factor and shift finite numbers.
  bool valid() const;
  bool operator==(const PixelScale&) const = default;
};

}  // namespace bnlab
