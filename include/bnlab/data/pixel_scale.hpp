// How pixels become the inputs of a network: (pixel / 255 - mean) / deviation. There is one mean for all pixels, or one
// for each pixel of an image; so with the deviation.
#pragma once

#include <cstddef>
#include <vector>

#include "bnlab/core/real.hpp"

namespace bnlab {

struct PixelScale {
  // With 0.5 and 0.5 the inputs are in [-1, 1] for every dataset: no statistics of the images are used, so none of the
  // test set. Models that were trained elsewhere may need others (docs/pytorch.md).
  double mean = 0.5;       // in [0, 1]
  double deviation = 0.5;  // > 0

  // [C*H*W] of each pixel, in the same ranges; empty: the one above is that of all. data/pixel_statistics.hpp finds them.
  std::vector<double> means = {};
  std::vector<double> deviations = {};

  bool is_per_pixel() const { return !means.empty() || !deviations.empty(); }
  double mean_of(std::size_t d) const { return means.empty() ? mean : means[d]; }
  double deviation_of(std::size_t d) const { return deviations.empty() ? deviation : deviations[d]; }

  // Where one is for all, the same as pixel * factor() + shift().
  real factor() const { return static_cast<real>(1 / (255 * deviation)); }
  real shift() const { return static_cast<real>(-mean / deviation); }
  // Of pixel d, the same as (pixel - centre(d)) * factor(d). A pixel at its mean becomes 0 in this form without rounding.
  real centre(std::size_t d) const { return static_cast<real>(255 * mean_of(d)); }
  real factor(std::size_t d) const { return static_cast<real>(1 / (255 * deviation_of(d))); }

  // Whether means and deviations are in their ranges, and so large that all inputs are finite numbers.
  bool valid() const;
  bool operator==(const PixelScale&) const = default;
};

}  // namespace bnlab
