#include "bnlab/data/picture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bnlab {
namespace {

// The numbers of a PGM or PPM file, which stand between white space and comments (# to the end of the line).
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    InputFile file(path);
    constexpr std::size_t kLargest = 1 << 30;  // a film given by mistake is not to be read whole
    if (file.size() > kLargest) fail("%s: expected at most %zu bytes for an image", path.c_str(), kLargest);
    bytes_ = file.read(file.size());
    text_ = text_of(bytes_);
    static constexpr std::pair<const char*, const char*> others[] = {
        {"\x89PNG", "a PNG"}, {"\xff\xd8", "a JPEG"}, {"GIF8", "a GIF"}, {"BM", "a BMP"},
        {"P1", "a PBM"},      {"P4", "a PBM"},        {"P7", "a PAM"}};
    for (const auto& [magic, kind] : others) {
      if (text_.starts_with(magic)) {
        fail("%s: expected a PGM or PPM image, found %s; convert it, for example: magick (or convert) %s image.pgm",
             path.c_str(), kind, path.c_str());
      }
    }
    if (text_.size() < 3 || text_[0] != 'P' || std::string_view("2356").find(text_[1]) == std::string_view::npos) {
      fail("%s: expected a PGM or PPM image, which begins with P2, P3, P5 or P6, found %s", path.c_str(),
           text_.empty() ? "an empty file" : "something else");
    }
  }

  bool colour() const { return text_[1] == '3' || text_[1] == '6'; }
  bool binary() const { return text_[1] >= '5'; }
  std::size_t left() const { return text_.size() - at_; }
  std::size_t number(const char* what, std::size_t least, std::size_t most) {
    while (left() > 0 && (is_space(text_[at_]) || text_[at_] == '#')) {
      if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      ++at_;
    }
    const std::size_t begin = at_;
    std::size_t value = 0;
    for (; left() > 0 && text_[at_] >= '0' && text_[at_] <= '9' && value <= most; ++at_) {
      value = value * 10 + static_cast<std::size_t>(text_[at_] - '0');
    }
    if (at_ == begin || value < least || value > most) {
      const std::size_t length = text_.find_first_of(" \t\r\n", begin + 1) - begin;
      const std::string word(text_.substr(begin, std::min<std::size_t>(length, 20)));
      fail("%s: expected %s from %zu to %zu at byte %zu, found %s", path_.c_str(), what, least, most, begin,
           word.empty() ? "the end of the file" : format("'%s'", word.c_str()).c_str());
    }
    return value;
  }

  // The one byte between the header and pixels that are bytes.
  void white_space() {
    if (!is_space(text_[at_++])) fail("%s: expected white space before the pixels, found none", path_.c_str());
  }

  // In digits, or in one byte, or in two from 256 up.
  std::size_t pixel(std::size_t brightest) {
    if (!binary()) return number("a pixel", 0, brightest);
    std::size_t value = bytes_[at_++];
    if (brightest > 255) value = value << 8 | bytes_[at_++];
    if (value > brightest) fail("%s: expected pixels from 0 to %zu, found %zu", path_.c_str(), brightest, value);
    return value;
  }

 private:
  static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

  const std::string path_;
  Bytes bytes_;
  std::string_view text_;
  std::size_t at_ = 2;
};

// How much of pixel i lies between `from` and `to`.
double overlap(std::size_t i, double from, double to) {
  const double begin = static_cast<double>(i);
  return std::max(0.0, std::min(to, begin + 1) - std::max(from, begin));
}

// Pixel (y, x) of the result is the mean over the part of channel c that it covers: the channel is enlarged by `scale` and
// its corner put at (top, left). What the result covers outside of it counts as `background`.
std::vector<double> resample(const Picture& from, std::size_t c, double scale, double top, double left,
                             std::size_t height, std::size_t width, double background) {
  std::vector<double> to(height * width, background);
  const auto last = [](double end, std::size_t size) {
    return static_cast<std::size_t>(std::clamp(std::ceil(end), 0.0, static_cast<double>(size)));
  };
  for (std::size_t i = 0; i < to.size(); ++i) {
    const double y0 = (static_cast<double>(i / width) - top) / scale, y1 = y0 + 1 / scale;
    const double x0 = (static_cast<double>(i % width) - left) / scale, x1 = x0 + 1 / scale;
    for (std::size_t v = last(y0 - 1, from.height); v < last(y1, from.height); ++v) {
      for (std::size_t u = last(x0 - 1, from.width); u < last(x1, from.width); ++u) {
        const double part = overlap(v, y0, y1) * overlap(u, x0, x1) * scale * scale;
        to[i] += (static_cast<double>(from.at(c, v, u)) - background) * part;
      }
    }
  }
  return to;
}

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l)); }

Picture with_channels(const Picture& from, std::size_t channels) {
  if (from.channels == channels) return from;
  const std::size_t area = from.height * from.width;
  Picture to{channels, from.height, from.width, {}};
  for (std::size_t i = 0; i < channels * area; ++i) {
    const std::uint8_t* p = &from.pixels[i % area];
    // Grey: how bright the eye finds red, green and blue (ITU-R BT.601).
    to.pixels.push_back(from.channels == 1 ? *p : to_byte(0.299 * p[0] + 0.587 * p[area] + 0.114 * p[2 * area]));
  }
  return to;
}

// The values of channel c along the border, sorted.
Bytes border(const Picture& p, std::size_t c) {
  Bytes values;
  for (std::size_t i = 0; i < p.height * p.width; ++i) {
    const std::size_t y = i / p.width, x = i % p.width;
    if (y == 0 || x == 0 || y + 1 == p.height || x + 1 == p.width) values.push_back(p.at(c, y, x));
  }
  std::sort(values.begin(), values.end());
  return values;
}

}  // namespace

Picture read_pnm(const std::string& path) {
  constexpr std::size_t kLongestSide = 16384;
  Reader reader(path);
  Picture picture;
  picture.channels = reader.colour() ? 3 : 1;
  picture.width = reader.number("a width", 1, kLongestSide);
  picture.height = reader.number("a height", 1, kLongestSide);
  const std::size_t brightest = reader.number("a largest value", 1, 65535);
  const std::size_t area = picture.width * picture.height, count = area * picture.channels;
  // White space, then the values, those that are numbers in digits with something between them.
  const std::size_t least = 1 + (!reader.binary() ? 2 * count - 1 : brightest > 255 ? 2 * count : count);
  if (reader.left() < least || (reader.binary() && reader.left() > least)) {
    fail("%s: expected %s%zu bytes for %zu x %zu pixels after the header, found %zu: the file is %s", path.c_str(),
         reader.binary() ? "" : "at least ", least - 1, picture.width, picture.height,
         reader.left() - (reader.left() > 0), reader.left() < least ? "cut short" : "too long");
  }
  if (reader.binary()) reader.white_space();
  picture.pixels.resize(count);
  for (std::size_t i = 0; i < count; ++i) {  // pixel after pixel in the file, channel after channel here
    const std::size_t value = reader.pixel(brightest);
    picture.pixels[i % picture.channels * area + i / picture.channels] =
        static_cast<std::uint8_t>((value * 255 + brightest / 2) / brightest);
  }
  return picture;
}

Picture fit(const Picture& picture, std::size_t channels, std::size_t height, std::size_t width) {
  const Picture from = with_channels(picture, channels);
  const double h = static_cast<double>(from.height), w = static_cast<double>(from.width);
  const double H = static_cast<double>(height), W = static_cast<double>(width);
  const double scale = std::min(H / h, W / w), top = (H - h * scale) / 2, left = (W - w * scale) / 2;
  Picture to{channels, height, width, {}};
  for (std::size_t c = 0; c < channels; ++c) {
    const Bytes edge = border(from, c);
    const double mean = std::accumulate(edge.begin(), edge.end(), 0.0) / static_cast<double>(edge.size());
    for (const double v : resample(from, c, scale, top, left, height, width, mean)) to.pixels.push_back(to_byte(v));
  }
  return to;
}

Picture as_mnist(const Picture& picture) {
  Picture ink = with_channels(picture, 1);
  const Bytes edge = border(ink, 0);
  const auto [least, most] = std::minmax_element(ink.pixels.begin(), ink.pixels.end());
  // The border is paper; ink is what is farthest from it. Stretched from the one, which becomes 0, to the other, 255.
  const double paper = edge[edge.size() / 2], range = paper - *least > *most - paper ? *least - paper : *most - paper;
  if (std::abs(range) < 16) fail("expected a drawing, found an image of nearly one shade");
  constexpr double kShadow = 26;  // a tenth: shadows and noise are no ink
  std::size_t top = ink.height, left = ink.width, bottom = 0, right = 0;
  for (std::size_t i = 0; i < ink.pixels.size(); ++i) {
    ink.pixels[i] = to_byte(255 * (ink.pixels[i] - paper) / range);
    if (ink.pixels[i] < kShadow) continue;
    top = std::min(top, i / ink.width), bottom = std::max(bottom, i / ink.width + 1);
    left = std::min(left, i % ink.width), right = std::max(right, i % ink.width + 1);
  }
  const double scale = 20 / static_cast<double>(std::max(bottom - top, right - left));
  const auto placed = [&](double y, double x) {
    std::vector<double> values =
        resample(ink, 0, scale, y - static_cast<double>(top) * scale, x - static_cast<double>(left) * scale, 28, 28, 0);
    const double brightest = *std::max_element(values.begin(), values.end());  // a thin pen on a large sheet fades
    for (double& value : values) value *= 255 / brightest;
    return values;
  };
  // The centre of mass goes to the pixel (14, 14), counted from 0: in MNIST's own images its mean is 14.0, not 13.5.
  double mass = 0, y = 0, x = 0;
  const std::vector<double> corner = placed(4, 4);
  for (std::size_t i = 0; i < corner.size(); ++i) {
    if (corner[i] < kShadow) continue;
    mass += corner[i], y += corner[i] * static_cast<double>(i / 28), x += corner[i] * static_cast<double>(i % 28);
  }
  Picture to{1, 28, 28, {}};
  for (const double value : placed(4 + std::round(14 - y / mass), 4 + std::round(14 - x / mass))) {
    to.pixels.push_back(to_byte(value));
  }
  return to;
}

}  // namespace bnlab
