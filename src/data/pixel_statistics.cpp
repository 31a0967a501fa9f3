#include "bnlab/data/pixel_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "bnlab/core/error.hpp"

namespace bnlab {
namespace {

// Of each pixel d, over n images.
struct PixelSums {
  std::uint64_t images = 0;            // n
  std::vector<std::uint64_t> values;   // Σ p
  std::vector<std::uint64_t> squares;  // Σ p²
};

PixelSums sums_of(const Subset& subset) {
  // n Σ p² is then below 2^24 · 2^24 · 2^16, which 64 bits hold.
  constexpr std::size_t kMostImages = std::size_t{1} << 24;
  const std::size_t n = subset.indices.size();
  if (n == 0 || n > kMostImages) {
    fail("expected statistics of pixels to be of 1 to %zu images, found %zu", kMostImages, n);
  }
  const std::size_t D = subset.data->features();
  PixelSums sums{.images = n, .values = std::vector<std::uint64_t>(D), .squares = std::vector<std::uint64_t>(D)};
  for (const std::uint32_t i : subset.indices) {
    const std::uint8_t* image = subset.data->image(i);
    for (std::size_t d = 0; d < D; ++d) {
      const std::uint64_t p = image[d];
      sums.values[d] += p;
      sums.squares[d] += p * p;
    }
  }
  return sums;
}

// mean = Σ p / (255 n)
std::vector<double> means_of(const PixelSums& sums) {
  std::vector<double> means;
  for (const std::uint64_t sum : sums.values) {
    means.push_back(static_cast<double>(sum) / static_cast<double>(255 * sums.images));
  }
  return means;
}

// The variance is the mean of the squares less the square of the mean, over 255²: (n Σ p² - (Σ p)²) / (255 n)². The
// difference is one of whole numbers, so nothing cancels.
std::vector<double> deviations_of(const PixelSums& sums) {
  constexpr double kLeast = 1.0 / 255;
  const std::uint64_t n = sums.images;
  std::vector<double> deviations;
  for (std::size_t d = 0; d < sums.values.size(); ++d) {
    const std::uint64_t spread = n * sums.squares[d] - sums.values[d] * sums.values[d];
    const double deviation = std::sqrt(static_cast<double>(spread)) / static_cast<double>(255 * n);
    const bool never_varies = spread == 0;
    deviations.push_back(never_varies ? 1 : std::max(deviation, kLeast));
  }
  return deviations;
}

}  // namespace

std::string pixel_scale_names() { return "half|centred|standardized"; }

PixelScale pixel_scale(const std::string& pixels, const Subset& training_images) {
  PixelScale scale;
  if (pixels == "half") return scale;
  const bool standardized = pixels == "standardized";
  if (!standardized && pixels != "centred") {
    fail("expected the pixels to be %s, got '%s'", pixel_scale_names().c_str(), shown(pixels).c_str());
  }
  const PixelSums sums = sums_of(training_images);
  scale.means = means_of(sums);
  if (standardized) scale.deviations = deviations_of(sums);
  return scale;
}

}  // namespace bnlab
