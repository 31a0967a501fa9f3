// Single images, and how they are resized to the input of a network.
#pragma once

#include "bnlab/data/dataset.hpp"

namespace bnlab {

struct Picture {
  std::size_t channels = 1, height = 0, width = 0;
  Bytes pixels;  // [channels, height, width]

  std::uint8_t at(std::size_t c, std::size_t y, std::size_t x) const { return pixels[(c * height + y) * width + x]; }
};

// Image i of a dataset.
Picture picture_of(const Dataset& data, std::size_t i);

// The picture resized to [channels, height, width] with its aspect ratio kept: it is centred, and the rest is filled
// with the mean of its border. Colour is converted to grey and grey to colour as needed. A picture of that shape is
// unchanged.
Picture fit(const Picture& picture, std::size_t channels, std::size_t height, std::size_t width);

// Its rows become its columns.
Picture transposed(const Picture& picture);

// A drawing of a digit, preprocessed as those of MNIST (LeCun, Cortes and Burges): light on dark, scaled to a box of 20
// x 20, its centre of mass at pixel (14, 14) of 28 x 28. The border of the picture is taken as its background, light or
// dark. Error: nothing is drawn.
Picture as_mnist(const Picture& picture);

// A drawing of a digit or letter, preprocessed as those of EMNIST (Cohen, Afshar, Tapson and van Schaik, 2017), but
// seen upright: light on dark, scaled to a box of 24 x 24, which is centred in 28 x 28. Error: nothing is drawn.
Picture as_emnist(const Picture& picture);

}  // namespace bnlab
