// Single images: from PGM and PPM files, and made to fit what a network was trained on.
#pragma once

#include "bnlab/data/dataset.hpp"

namespace bnlab {

struct Picture {
  std::size_t channels = 1, height = 0, width = 0;
  Bytes pixels;  // [channels, height, width]

  std::uint8_t at(std::size_t c, std::size_t y, std::size_t x) const { return pixels[(c * height + y) * width + x]; }
};

inline Picture picture_of(const Dataset& data, std::size_t i) {
  return {data.channels, data.height, data.width, {data.image(i), data.image(i) + data.features()}};
}

// A PGM (P2, P5: one channel) or PPM (P3, P6: red, green, blue) file of any size, its values scaled to 0 … 255.
// Error: one line that says what the file is instead, and how to convert it.
Picture read_pnm(const std::string& path);

// Scaled to fit into [channels, height, width] without being distorted, centred, the rest filled with the mean of the
// picture's border. Colour becomes grey and grey becomes colour as needed. A picture of that shape stays as it is.
Picture fit(const Picture& picture, std::size_t channels, std::size_t height, std::size_t width);

// A drawing prepared as MNIST's digits were (LeCun, Cortes and Burges): light on dark, scaled into a box of 20 x 20,
// its centre of mass at pixel (14, 14) of 28 x 28. Whether it is dark on light is read off its border. Error: nothing drawn.
Picture as_mnist(const Picture& picture);

}  // namespace bnlab
