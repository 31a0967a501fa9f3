#include "bnlab/data/picture.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// How much of pixel i lies between `from` and `to`.
double overlap(std::size_t i, double from, double to) {
  const double begin = static_cast<double>(i);
  return std::max(0.0, std::min(to, begin + 1) - std::max(from, begin));
}

// Pixel (y, x) of the result is the mean over the part of the source that it covers: the source is enlarged by `scale` and
// its corner put at (top, left). Where the result covers nothing of it, it is `background`.
Picture resample(const Picture& from, double scale, double top, double left, std::size_t height, std::size_t width,
                 double background) {
  Picture to{from.channels, height, width, Bytes(from.channels * height * width)};
  const auto last = [](double end, std::size_t size) {
    return static_cast<std::size_t>(std::clamp(std::ceil(end), 0.0, static_cast<double>(size)));
  };
  for (std::size_t i = 0; i < to.pixels.size(); ++i) {
    const std::size_t c = i / (height * width), y = i / width % height, x = i % width;
    const double y0 = (static_cast<double>(y) - top) / scale, y1 = y0 + 1 / scale;
    const double x0 = (static_cast<double>(x) - left) / scale, x1 = x0 + 1 / scale;
    double sum = background / (scale * scale);
    for (std::size_t v = last(y0 - 1, from.height); v < last(y1, from.height); ++v) {
      for (std::size_t u = last(x0 - 1, from.width); u < last(x1, from.width); ++u) {
        sum += (static_cast<double>(from.at(c, v, u)) - background) * overlap(v, y0, y1) * overlap(u, x0, x1);
      }
    }
    to.pixels[i] = static_cast<std::uint8_t>(std::clamp(std::lround(sum * scale * scale), 0l, 255l));
  }
  return to;
}

Picture with_channels(const Picture& from, std::size_t channels) {
  if (from.channels == channels) return from;
  const std::size_t area = from.height * from.width;
  Picture to{channels, from.height, from.width, Bytes(channels * area)};
  for (std::size_t i = 0; i < to.pixels.size(); ++i) {
    const std::uint8_t* p = &from.pixels[i % area];
    // Grey: how bright the eye finds red, green and blue (ITU-R BT.601).
    to.pixels[i] = from.channels == 1
                       ? *p
                       : static_cast<std::uint8_t>(std::lround(0.299 * p[0] + 0.587 * p[area] + 0.114 * p[2 * area]));
  }
  return to;
}

// The values along the border, sorted.
Bytes border(const Picture& p) {
  Bytes values;
  for (std::size_t i = 0; i < p.pixels.size(); ++i) {
    const std::size_t y = i / p.width % p.height, x = i % p.width;
    if (y == 0 || x == 0 || y + 1 == p.height || x + 1 == p.width) values.push_back(p.pixels[i]);
  }
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace

Picture picture_of(const Dataset& data, std::size_t i) {
  return {data.channels, data.height, data.width, {data.image(i), data.image(i) + data.features()}};
}

Picture fit(const Picture& picture, std::size_t channels, std::size_t height, std::size_t width) {
  const double h = static_cast<double>(picture.height), w = static_cast<double>(picture.width);
  const double H = static_cast<double>(height), W = static_cast<double>(width);
  const double scale = std::min(H / h, W / w);
  double mean = 0;
  const Bytes edge = border(picture);
  for (const std::uint8_t value : edge) mean += value / static_cast<double>(edge.size());
  return resample(with_channels(picture, channels), scale, (H - h * scale) / 2, (W - w * scale) / 2, height, width,
                  mean);
}

Picture as_mnist(const Picture& picture) {
  Picture ink = with_channels(picture, 1);
  Bytes edge = border(ink);
  if (edge[edge.size() / 2] > 127) {  // dark on light
    for (Bytes* bytes : {&ink.pixels, &edge}) {
      for (std::uint8_t& value : *bytes) value = static_cast<std::uint8_t>(255 - value);
    }
  }
  // Stretched from the paper's value, which becomes 0, to the brightest one, which becomes 255.
  const double paper = edge[edge.size() / 2], brightest = *std::max_element(ink.pixels.begin(), ink.pixels.end());
  if (brightest - paper < 16) fail("expected a drawing, found an image that is all but even");
  std::size_t top = ink.height, left = ink.width, bottom = 0, right = 0;
  for (std::size_t i = 0; i < ink.pixels.size(); ++i) {
    const double value = std::max(0.0, 255 * (ink.pixels[i] - paper) / (brightest - paper));
    ink.pixels[i] = static_cast<std::uint8_t>(std::lround(value));
    if (ink.pixels[i] < 26) continue;  // a tenth: shadows and noise are no ink
    top = std::min(top, i / ink.width), bottom = std::max(bottom, i / ink.width + 1);
    left = std::min(left, i % ink.width), right = std::max(right, i % ink.width + 1);
  }
  const double scale = 20 / static_cast<double>(std::max(bottom - top, right - left));
  const auto placed = [&](double y, double x) {
    return resample(ink, scale, y - static_cast<double>(top) * scale, x - static_cast<double>(left) * scale, 28, 28, 0);
  };
  const Picture corner = placed(4, 4);
  // The centre of mass goes to the pixel (14, 14), counted from 0: in MNIST's own images its mean is 14.0, not 13.5.
  double mass = 0, y = 0, x = 0;
  for (std::size_t i = 0; i < corner.pixels.size(); ++i) {
    const double m = corner.pixels[i];
    mass += m, y += m * static_cast<double>(i / 28), x += m * static_cast<double>(i % 28);
  }
  return placed(4 + std::round(14 - y / mass), 4 + std::round(14 - x / mass));
}

}  // namespace bnlab
