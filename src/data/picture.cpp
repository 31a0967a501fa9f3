#include "bnlab/data/picture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// The length that pixel i, which covers [i, i + 1], has in common with [from, to].
double overlap(std::size_t i, double from, double to) {
  const double begin = static_cast<double>(i);
  return std::max(0.0, std::min(to, begin + 1) - std::max(from, begin));
}

// Where a picture is placed: enlarged by `scale`, its upper left corner at (top, left).
struct Placement {
  double scale, top, left;
};

// Area resampling: channel c of the picture, placed in an image of height x width. Each pixel of the result is the mean
// over the area that it covers in the picture; the area outside of the picture counts as `background`.
std::vector<double> resample(const Picture& from, std::size_t c, const Placement& at, std::size_t height,
                             std::size_t width, double background) {
  std::vector<double> to(height * width, background);
  const auto ceiling = [](double end, std::size_t size) {
    return static_cast<std::size_t>(std::clamp(std::ceil(end), 0.0, static_cast<double>(size)));
  };
  for (std::size_t i = 0; i < to.size(); ++i) {
    // Pixel i covers [y0, y1] x [x0, x1] of the picture.
    const double y0 = (static_cast<double>(i / width) - at.top) / at.scale, y1 = y0 + 1 / at.scale;
    const double x0 = (static_cast<double>(i % width) - at.left) / at.scale, x1 = x0 + 1 / at.scale;
    for (std::size_t v = ceiling(y0 - 1, from.height); v < ceiling(y1, from.height); ++v) {
      for (std::size_t u = ceiling(x0 - 1, from.width); u < ceiling(x1, from.width); ++u) {
        const double weight = overlap(v, y0, y1) * overlap(u, x0, x1) * at.scale * at.scale;
        to[i] += (static_cast<double>(from.at(c, v, u)) - background) * weight;
      }
    }
  }
  return to;
}

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l)); }

Picture with_channels(const Picture& from, std::size_t channels) {
  if (from.channels == channels) return from;
  const std::size_t area = from.height * from.width;
  Picture to{.channels = channels, .height = from.height, .width = from.width, .pixels = {}};
  for (std::size_t i = 0; i < channels * area; ++i) {
    const std::uint8_t* p = &from.pixels[i % area];
    // Grey is the luma of red, green and blue (ITU-R BT.601).
    to.pixels.push_back(from.channels == 1 ? *p : to_byte(0.299 * p[0] + 0.587 * p[area] + 0.114 * p[2 * area]));
  }
  return to;
}

// The border pixels of channel c, sorted.
Bytes border(const Picture& p, std::size_t c) {
  Bytes values;
  for (std::size_t i = 0; i < p.height * p.width; ++i) {
    const std::size_t y = i / p.width, x = i % p.width;
    if (y == 0 || x == 0 || y + 1 == p.height || x + 1 == p.width) values.push_back(p.at(c, y, x));
  }
  std::sort(values.begin(), values.end());
  return values;
}

// Pixels of a drawing below this value, a tenth of the largest, are shadows or noise.
constexpr double kInkThreshold = 26;

// A drawing in one channel, with its contrast stretched: the background is 0, the ink up to 255. The background is the
// median of the border, and ink is the brightness farthest from it.
Picture stretch_contrast(Picture drawing) {
  const Bytes edge = border(drawing, 0);
  const double background = edge[edge.size() / 2];
  const auto [least, most] = std::minmax_element(drawing.pixels.begin(), drawing.pixels.end());
  const bool dark_on_light = background - *least > *most - background;
  const double range = (dark_on_light ? *least : *most) - background;
  if (std::abs(range) < 16) fail("expected a drawing, found an image of nearly one shade");
  for (std::uint8_t& pixel : drawing.pixels) pixel = to_byte(255 * (pixel - background) / range);
  return drawing;
}

struct Box {
  std::size_t top, left, bottom, right;  // bottom and right are exclusive
};

Box bounding_box_of_ink(const Picture& drawing) {
  Box box{.top = drawing.height, .left = drawing.width, .bottom = 0, .right = 0};
  for (std::size_t i = 0; i < drawing.pixels.size(); ++i) {
    if (drawing.pixels[i] < kInkThreshold) continue;
    const std::size_t y = i / drawing.width, x = i % drawing.width;
    box.top = std::min(box.top, y);
    box.bottom = std::max(box.bottom, y + 1);
    box.left = std::min(box.left, x);
    box.right = std::max(box.right, x + 1);
  }
  return box;
}

// The centre of mass of the ink in an image of 28 x 28, as (y, x).
std::pair<double, double> centre_of_mass(const std::vector<double>& image) {
  double mass = 0, y = 0, x = 0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (image[i] < kInkThreshold) continue;
    mass += image[i];
    y += image[i] * static_cast<double>(i / 28);
    x += image[i] * static_cast<double>(i % 28);
  }
  return {y / mass, x / mass};
}

// The ink of a drawing, scaled so that the longer side of its bounding box is `side` pixels.
class Ink {
 public:
  Ink(const Picture& picture, double side)
      : drawing_(stretch_contrast(with_channels(picture, 1))),
        box_(bounding_box_of_ink(drawing_)),
        scale_(side / static_cast<double>(std::max(box_.bottom - box_.top, box_.right - box_.left))) {}

  double height() const { return static_cast<double>(box_.bottom - box_.top) * scale_; }
  double width() const { return static_cast<double>(box_.right - box_.left) * scale_; }

  // 28 x 28, with the upper left corner of the bounding box at (y, x), and the largest value 255.
  std::vector<double> placed(double y, double x) const {
    const Placement at{.scale = scale_,
                       .top = y - static_cast<double>(box_.top) * scale_,
                       .left = x - static_cast<double>(box_.left) * scale_};
    std::vector<double> values = resample(drawing_, 0, at, 28, 28, 0);
    const double largest = *std::max_element(values.begin(), values.end());  // small if thin lines were scaled down
    for (double& value : values) value *= 255 / largest;
    return values;
  }

 private:
  Picture drawing_;
  Box box_;
  double scale_;
};

// 28 x 28
Picture grey_picture(const std::vector<double>& values) {
  Picture to{.channels = 1, .height = 28, .width = 28, .pixels = {}};
  for (const double value : values) to.pixels.push_back(to_byte(value));
  return to;
}

}  // namespace

Picture picture_of(const Dataset& data, std::size_t i) {
  return {.channels = data.channels,
          .height = data.height,
          .width = data.width,
          .pixels = {data.image(i), data.image(i) + data.features()}};
}

Picture fit(const Picture& picture, std::size_t channels, std::size_t height, std::size_t width) {
  const Picture from = with_channels(picture, channels);
  const double h = static_cast<double>(from.height), w = static_cast<double>(from.width);
  const double H = static_cast<double>(height), W = static_cast<double>(width);
  const double scale = std::min(H / h, W / w);
  const Placement centred{.scale = scale, .top = (H - h * scale) / 2, .left = (W - w * scale) / 2};
  Picture to{.channels = channels, .height = height, .width = width, .pixels = {}};
  for (std::size_t c = 0; c < channels; ++c) {
    const Bytes edge = border(from, c);
    const double mean = std::accumulate(edge.begin(), edge.end(), 0.0) / static_cast<double>(edge.size());
    for (const double v : resample(from, c, centred, height, width, mean)) to.pixels.push_back(to_byte(v));
  }
  return to;
}

Picture transposed(const Picture& picture) {
  Picture to{.channels = picture.channels, .height = picture.width, .width = picture.height, .pixels = {}};
  for (std::size_t c = 0; c < to.channels; ++c) {
    for (std::size_t i = 0; i < to.height * to.width; ++i)
      to.pixels.push_back(picture.at(c, i % to.width, i / to.width));
  }
  return to;
}

Picture as_mnist(const Picture& picture) {
  const Ink ink(picture, 20);
  // The target is pixel (14, 14), counted from 0: the mean centre of mass of MNIST's images is 14.0, not 13.5.
  const auto [y, x] = centre_of_mass(ink.placed(4, 4));
  return grey_picture(ink.placed(4 + std::round(14 - y), 4 + std::round(14 - x)));
}

Picture as_emnist(const Picture& picture) {
  const Ink ink(picture, 24);
  return grey_picture(ink.placed(14 - ink.height() / 2, 14 - ink.width() / 2));
}

}  // namespace bnlab
