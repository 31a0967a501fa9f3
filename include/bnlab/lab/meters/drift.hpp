// Internal covariate shift as a number: how far the distributions of the activations' inputs drift while a network is
// trained.
//
// It is measured on images that stay the same, between two looks. With mean m and deviation s of a unit over the images,
// the distance of two normal distributions (Wasserstein's, of order 2) is
//
//   CS.1   sqrt((m' - m)² + (s' - s)²)
//
// Its mean over the units of a layer, in units of the layer's mean deviation, is averaged over layers and looks.
#pragma once

#include "bnlab/lab/trials/trial.hpp"

namespace bnlab {

// Measures `drift`, and the curve of that name over the looks, one in ten steps.
std::unique_ptr<Meter> drift_meter();

}  // namespace bnlab
