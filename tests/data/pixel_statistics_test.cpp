// Means and deviations of pixels: against sums made another way, over the chosen images and no others.
#include "bnlab/data/pixel_statistics.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/data/split.hpp"
#include "support.hpp"

namespace bnlab::testing::pixel_statistics_test {

namespace {

// Images of noise. Pixel 0 is always 0, pixel 1 always 200; pixel 2 is 1 in one image and else 0.
Dataset noise(std::size_t count) {
  Dataset set;
  set.channels = 3, set.height = 2, set.width = 4;
  Random random(1, "noise");
  for (std::size_t i = 0; i < count; ++i) {
    set.labels.push_back(static_cast<std::uint8_t>(i % 10));
    for (std::size_t d = 0; d < set.features(); ++d) {
      const auto value = static_cast<std::uint8_t>(random.below(static_cast<std::uint32_t>(20 + 9 * d)));
      set.pixels.push_back(d == 0 ? 0 : d == 1 ? 200 : d == 2 ? std::uint8_t{i == 7} : value);
    }
  }
  return set;
}

// Two passes: first the mean, then the squares of what is left. In pixels of 0 to 1.
struct Moments {
  double mean, deviation;
};
Moments moments_of(const Subset& subset, std::size_t d) {
  const auto n = static_cast<long double>(subset.indices.size());
  long double mean = 0, square = 0;
  for (const std::uint32_t i : subset.indices) mean += subset.data->image(i)[d] / 255.0L / n;
  for (const std::uint32_t i : subset.indices) {
    const long double rest = subset.data->image(i)[d] / 255.0L - mean;
    square += rest * rest / n;
  }
  return {static_cast<double>(mean), static_cast<double>(std::sqrt(square))};
}

}  // namespace

TEST_CASE("pixel statistics: mean and deviation of each pixel are those of two passes over the images") {
  const Dataset set = noise(301);
  const Subset images = all_images(set);
  const PixelScale scale = pixel_scale("standardized", images);
  REQUIRE(scale.means.size() == 24);
  REQUIRE(scale.deviations.size() == 24);
  for (std::size_t d = 0; d < 24; ++d) {
    const Moments expected = moments_of(images, d);
    CHECK(scale.means[d] == doctest::Approx(expected.mean).epsilon(1e-14));
    if (d > 2) CHECK(scale.deviations[d] == doctest::Approx(expected.deviation).epsilon(1e-14));
  }
  CHECK(scale.valid());
}

TEST_CASE("pixel statistics: a deviation is not below one step of grey, and 1 where a pixel never varies") {
  const PixelScale scale = pixel_scale("standardized", all_images(noise(301)));
  CHECK(scale.deviations[0] == 1);
  CHECK(scale.deviations[1] == 1);
  CHECK(scale.deviations[2] == 1.0 / 255);
}

TEST_CASE("pixel statistics: centred takes the means away and divides by 0.5; half has no statistics") {
  const Dataset set = noise(50);
  const PixelScale centred = pixel_scale("centred", all_images(set));
  CHECK(centred.means == pixel_scale("standardized", all_images(set)).means);
  CHECK(centred.deviations.empty());
  CHECK(centred.deviation == 0.5);
  CHECK(pixel_scale("half", all_images(set)) == PixelScale());
  CHECK(pixel_scale("half", Subset{.data = &set, .indices = {}}) == PixelScale());
}

TEST_CASE("pixel statistics: they are of the subset's images alone, and the same bits in any order") {
  const Dataset set = noise(200);
  const Split parts = split(set, 150, 0.2, 3);
  const PixelScale scale = pixel_scale("standardized", parts.train);
  Subset shuffled = parts.train;
  shuffle_for_epoch(shuffled, 5, 1);
  CHECK(pixel_scale("standardized", shuffled) == scale);
  CHECK(pixel_scale("standardized", all_images(set)) != scale);
  for (std::size_t d = 3; d < 24; ++d) {
    const Moments expected = moments_of(parts.train, d);
    CHECK(scale.means[d] == doctest::Approx(expected.mean).epsilon(1e-14));
    CHECK(scale.deviations[d] == doctest::Approx(expected.deviation).epsilon(1e-14));
  }
}

TEST_CASE("pixel statistics: the inputs of the training images then have mean 0, and deviation 1 where they vary") {
  Dataset set = noise(400);
  set.scale = pixel_scale("standardized", all_images(set));
  Batch batch;
  batch.load(all_images(set), 0, 400, nullptr);
  for (std::size_t d = 0; d < 24; ++d) {
    double mean = 0, square = 0;
    for (std::size_t n = 0; n < 400; ++n) {
      const double x = static_cast<double>(batch.images(n, d));
      mean += x / 400, square += x * x / 400;
      if (d < 2) CHECK(x == 0);  // it never varies
    }
    CHECK(std::abs(mean) < 1e-6);
    if (d > 2) CHECK(square == doctest::Approx(1).epsilon(1e-5));
  }
}

TEST_CASE("pixel statistics: a name that there is not and no images are refused") {
  const Dataset set = noise(3);
  const std::string name = error_of([&] { pixel_scale("central", all_images(set)); });
  for (const char* part : {"half|centred|standardized", "'central'"}) CHECK(contains(name, part));
  CHECK(contains(error_of([&] { pixel_scale("centred", Subset{.data = &set, .indices = {}}); }), "found 0"));
}

}  // namespace bnlab::testing::pixel_statistics_test
