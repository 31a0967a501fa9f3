// The scale of the pixels from the statistics of the training images.
//
//   half           (pixel / 255 - 0.5) / 0.5: no statistics; in [-1, 1]
//   centred        (pixel / 255 - mean_d) / 0.5, with the mean of each pixel d
//   standardized   (pixel / 255 - mean_d) / deviation_d, also with the deviation of each pixel
//
// Why the mean matters: where the inputs of a layer have a mean, each step that changes its weights shifts all outputs
// alike, and the layer behind it must follow. Batch normalization takes that shift away, and so does `centred`.
//
// Deviations are not below 1/255, one step of grey. A pixel that is lit in a few of the training images only has one
// near 0, and dividing by it would turn the ink of one test image into an input of thousands; so no input is beyond
// ±255. A pixel that never varies has the deviation 0; it is divided by 1. In the training images it becomes 0
// whatever it is divided by, and what a test image has there stays within ±1.
#pragma once

#include <string>

#include "bnlab/data/batch.hpp"

namespace bnlab {

// "half|centred|standardized".
std::string pixel_scale_names();

// The scale of that name. The sums behind the statistics are whole numbers, so that they do not depend on the order of
// the images. Error: there is no such name; statistics of no images, or of more than 2^24.
PixelScale pixel_scale(const std::string& pixels, const Subset& training_images);

}  // namespace bnlab
