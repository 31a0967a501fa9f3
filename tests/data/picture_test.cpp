// Pictures: resized against values worked out by hand, and prepared as MNIST's digits whatever paper they were drawn
// on.
#include "bnlab/data/picture.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "../support.hpp"

namespace bnlab::testing::picture_test {

namespace {

bool same(const Picture& a, const Picture& b, int within = 0) {
  return a.channels == b.channels && a.height == b.height && a.width == b.width &&
         std::equal(a.pixels.begin(), a.pixels.end(), b.pixels.begin(), b.pixels.end(),
                    [&](int p, int q) { return std::abs(p - q) <= within; });
}

double mean(const Bytes& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Picture random_picture(std::size_t channels, std::size_t height, std::size_t width) {
  static Random random(3, "pictures");
  Picture picture{channels, height, width, Bytes(channels * height * width)};
  for (std::uint8_t& pixel : picture.pixels) pixel = static_cast<std::uint8_t>(random.below(256));
  return picture;
}

// A 7 with a flag, 20 x 15: no symmetry, all four sides are touched. Its outermost pixels are `edge`.
Picture seven(std::uint8_t edge = 255) {
  Picture p{1, 20, 15, Bytes(300)};
  for (std::size_t i = 0; i < 300; ++i) {
    const std::size_t y = i / 15, x = i % 15;
    const bool ink = y < 4 || (x >= 10 && y < 11) || (y >= 11 && x >= 5 && x < 10) || (y < 8 && x < 2);
    if (ink) p.pixels[i] = y == 0 || y == 19 || x == 0 || x == 14 ? edge : 255;
  }
  return p;
}

// The shape with each of its pixels `size` wide, at (top, left) of a sheet.
Picture on_paper(const Picture& shape, std::size_t height, std::size_t width, std::size_t top, std::size_t left,
                 std::size_t size = 1, int paper = 0, int ink = 255) {
  Picture sheet{1, height, width, Bytes(height * width, static_cast<std::uint8_t>(paper))};
  for (std::size_t i = 0; i < shape.pixels.size() * size * size; ++i) {
    const std::size_t y = i / (shape.width * size), x = i % (shape.width * size);
    const int value = paper + (ink - paper) * shape.at(0, y / size, x / size) / 255;
    sheet.pixels.at((top + y) * width + left + x) = static_cast<std::uint8_t>(value);
  }
  return sheet;
}

// The centre of mass (y, x), in pixels counted from 0.
std::pair<double, double> centre_of(const Picture& p) {
  double mass = 0, y = 0, x = 0;
  for (std::size_t i = 0; i < p.pixels.size(); ++i) {
    const double m = p.pixels[i];
    mass += m, y += m * static_cast<double>(i / p.width), x += m * static_cast<double>(i % p.width);
  }
  return {y / mass, x / mass};
}

// The shape as MNIST would have it: whole pixels away from where its centre of mass is nearest to (14, 14).
Picture prepared(const Picture& shape) {
  const auto [y, x] = centre_of(shape);
  return on_paper(shape, 28, 28, static_cast<std::size_t>(14.5 - y), static_cast<std::size_t>(14.5 - x));
}

}  // namespace

TEST_CASE("fit: a picture of the right shape is unchanged to the last byte") {
  const Dataset set{3, 1, 2, 10, {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15}, {0, 1}};
  CHECK(same(picture_of(set, 1), {3, 1, 2, {10, 11, 12, 13, 14, 15}}));
  for (const auto& p : {random_picture(1, 28, 28), random_picture(3, 32, 32), picture_of(set, 0)}) {
    CHECK(same(fit(p, p.channels, p.height, p.width), p));
  }
}

TEST_CASE("fit: every pixel is the mean of the part it covers, and the brightness of the whole is kept") {
  const Picture small{1, 2, 2, {10, 20, 30, 44}};
  CHECK(fit(small, 1, 4, 4).pixels == Bytes{10, 10, 20, 20, 10, 10, 20, 20, 30, 30, 44, 44, 30, 30, 44, 44});
  CHECK(fit(small, 1, 3, 3).pixels == Bytes{10, 15, 20, 20, 26, 32, 30, 37, 44});
  const Picture large{1, 4, 4, {0, 1, 10, 20, 1, 1, 30, 41, 100, 100, 255, 255, 100, 101, 255, 254}};
  CHECK(fit(large, 1, 2, 2).pixels == Bytes{1, 25, 100, 255});  // 0.75, 25.25, 100.25, 254.75
  // 3 -> 2: each covers one and a half: (90 + 30 / 2) / 1.5 and (30 / 2 + 0) / 1.5.
  CHECK(fit({1, 3, 3, {90, 30, 0, 90, 30, 0, 90, 30, 0}}, 1, 2, 2).pixels == Bytes{70, 10, 70, 10});
  CHECK(fit({1, 3, 3, {90, 90, 90, 30, 30, 30, 0, 0, 0}}, 1, 2, 2).pixels == Bytes{70, 70, 10, 10});
  CHECK(fit({3, 2, 2, {0, 4, 8, 12, 9, 9, 9, 10, 255, 255, 255, 251}}, 3, 1, 1).pixels == Bytes{6, 9, 254});
  for (const std::size_t from : {1u, 5u, 27u, 64u}) {
    const Picture picture = random_picture(1, from, from);
    for (const std::size_t to : {1u, 4u, 28u, 33u}) {
      CHECK(std::abs(mean(fit(picture, 1, to, to).pixels) - mean(picture.pixels)) < 0.5);
    }
  }
}

TEST_CASE("fit: nothing is distorted; the picture is in the middle and the rest is the mean of its border") {
  const Picture wide{1, 2, 4, {10, 20, 30, 40, 50, 60, 70, 81}};  // mean 45.125
  const Picture tall{1, 4, 2, {10, 50, 20, 60, 30, 70, 40, 81}};
  CHECK(fit(wide, 1, 4, 4).pixels == Bytes{45, 45, 45, 45, 10, 20, 30, 40, 50, 60, 70, 81, 45, 45, 45, 45});
  CHECK(fit(tall, 1, 4, 4).pixels == Bytes{45, 10, 50, 45, 45, 20, 60, 45, 45, 30, 70, 45, 45, 40, 81, 45});
  // The inside does not count: (6 * 8 + 100 + 101) / 10 = 24.9.
  const Picture framed = fit({1, 3, 4, {6, 6, 6, 6, 100, 255, 255, 6, 101, 6, 6, 6}}, 1, 5, 4);
  CHECK((framed.at(0, 0, 0) == 25 && framed.at(0, 4, 3) == 25 && framed.at(0, 2, 1) == 255));
  // Two rows in five: one and a half above and below, so that rows 1 and 3 are half border.
  CHECK(fit({1, 2, 4, {0, 0, 0, 0, 200, 200, 200, 200}}, 1, 5, 4).pixels ==
        Bytes{100, 100, 100, 100, 50, 50, 50, 50, 100, 100, 100, 100, 150, 150, 150, 150, 100, 100, 100, 100});
}

TEST_CASE("fit: grey gets three equal channels; colour becomes as bright as the eye finds it; padding has its colour") {
  const Picture grey{1, 1, 3, {7, 200, 90}};
  CHECK(same(fit(grey, 3, 1, 3), {3, 1, 3, {7, 200, 90, 7, 200, 90, 7, 200, 90}}));
  CHECK(same(fit(fit(grey, 3, 1, 3), 1, 1, 3), grey));
  const Picture primaries{3, 1, 4, {255, 0, 0, 200, 0, 255, 0, 100, 0, 0, 255, 50}};  // 76.2, 149.7, 29.1, 124.2
  CHECK(same(fit(primaries, 1, 1, 4), {1, 1, 4, {76, 150, 29, 124}}));
  const Picture green{3, 1, 2, {10, 10, 240, 240, 60, 60}};  // 150.7
  CHECK(fit(green, 3, 2, 2).pixels == Bytes{10, 10, 10, 10, 240, 240, 240, 240, 60, 60, 60, 60});
  CHECK(fit(green, 1, 2, 2).pixels == Bytes(4, 151));
}

TEST_CASE("as_mnist: a drawing lies in 28 x 28 as MNIST's do, whatever its place, size, paper and ink") {
  const Picture expected = prepared(seven());
  for (const auto& [paper, ink] : {std::pair{0, 255}, {255, 0}, {10, 90}, {250, 180}}) {
    CHECK(same(as_mnist(on_paper(seven(), 30, 40, 3, 17, 1, paper, ink)), expected));
    CHECK(same(as_mnist(on_paper(seven(), 60, 31, 1, 1, 1, paper, ink)), expected));
    for (const std::size_t size : {2u, 3u, 7u}) {
      CHECK(same(as_mnist(on_paper(seven(), 24 * size, 30 * size, 5, 9 * size, size, paper, ink)), expected, 1));
    }
  }
  CHECK(same(as_mnist(on_paper(seven(), 20, 30, 0, 6)), expected));  // it touches the border
  CHECK(same(as_mnist(on_paper(seven(), 40, 15, 20, 0, 1, 255, 0)), expected));
  Picture yellow_on_blue = fit(on_paper(seven(), 24, 24, 2, 4), 3, 24, 24);
  std::fill(yellow_on_blue.pixels.begin() + 2 * 24 * 24, yellow_on_blue.pixels.end(), std::uint8_t{90});
  CHECK(same(as_mnist(yellow_on_blue), expected));
}

TEST_CASE("as_mnist: paper in the shade, as dark as a camera's middle grey, is still the paper") {
  for (const auto& [paper, ink] : {std::pair{118, 20}, {140, 250}}) {
    const Picture drawing = on_paper(seven(), 30, 40, 3, 17, 1, paper, ink);
    Picture result;
    CHECK(error_of([&] { result = as_mnist(drawing); }) == "");
    CHECK(same(result, prepared(seven())));
  }
}

TEST_CASE("as_mnist: the larger side becomes 20 pixels, the centre of mass goes to (14, 14)") {
  for (const auto& [height, width] :
       {std::pair<std::size_t, std::size_t>{3, 50}, {50, 3}, {33, 40}, {7, 7}, {41, 11}}) {
    Picture wedge{1, height, width, Bytes(height * width)};  // the upper left half: all four sides are touched
    for (std::size_t i = 0; i < wedge.pixels.size(); ++i) {
      if (i % width * height <= (height - i / width) * width) wedge.pixels[i] = 255;
    }
    const Picture result = as_mnist(on_paper(wedge, height + 9, width + 6, 2, 5));
    const auto [y, x] = centre_of(result);
    CHECK(std::max(std::abs(y - 14), std::abs(x - 14)) <= 0.51);
    std::set<std::size_t> rows, columns;
    for (std::size_t i = 0; i < 784; ++i) {
      if (result.pixels[i] > 25) rows.insert(i / 28), columns.insert(i % 28);
    }
    CHECK(std::max(rows.size(), columns.size()) == 20);
  }
}

TEST_CASE("as_mnist: a digit that is prepared already stays as it is, with a faint edge almost so") {
  for (const int edge : {255, 60, 26}) {
    const Picture digit = prepared(seven(static_cast<std::uint8_t>(edge)));
    CHECK(same(as_mnist(digit), digit));
  }
  const Picture faint = prepared(seven(20)), again = as_mnist(faint);
  double moved = 0;
  for (std::size_t i = 0; i < 784; ++i)
    moved += std::abs(again.pixels[i] - faint.pixels[i]) / (784 * mean(faint.pixels));
  CHECK(moved < 0.5);  // at most a tenth larger: what is fainter than a tenth is no ink
}

TEST_CASE("as_mnist: shadows of less than a tenth neither move the drawing nor leave more than that behind") {
  for (const std::uint8_t shade : Bytes{202, 255}) {  // of 220, with ink of 20
    Picture sheet = on_paper(seven(), 60, 60, 8, 6, 2, 220, 20);
    for (std::size_t i = 0; i < 3600; ++i) {
      if (i % 60 > 30 && sheet.pixels[i] == 220) sheet.pixels[i] = shade;
    }
    CHECK(same(as_mnist(sheet), prepared(seven()), 25));
  }
}

TEST_CASE("as_mnist: an even picture is an error, and no drawing becomes an empty one") {
  for (const std::uint8_t value : Bytes{0, 100, 127, 128, 255}) {
    Picture even{1, 20, 30, Bytes(600, value)};
    CHECK(contains(error_of([&] { as_mnist(even); }), "expected a drawing, found "));
    CHECK(contains(error_of([&] { as_mnist({3, 1, 1, Bytes(3, value)}); }), "expected a drawing"));
    for (std::size_t i = 0; i < 600; i += 7)
      even.pixels[i] = static_cast<std::uint8_t>(value < 128 ? value + 9 : value - 9);
    CHECK(contains(error_of([&] { as_mnist(even); }), "expected a drawing"));
  }
  Picture specks{1, 700, 700, Bytes(700 * 700)};
  specks.pixels[40 * 700 + 40] = specks.pixels[660 * 700 + 660] = 255;
  for (std::size_t i = 0; i < 60; ++i) {
    Picture result{1, 1, 1, {255}};
    error_of([&] { result = as_mnist(specks); });  // an error, or something drawn, however thin its lines
    CHECK(*std::max_element(result.pixels.begin(), result.pixels.end()) == 255);
    specks = random_picture(1 + i % 2 * 2, 1 + i % 6, 1 + i / 10);
  }
}

}  // namespace bnlab::testing::picture_test
