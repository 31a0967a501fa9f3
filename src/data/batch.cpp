#include "bnlab/data/batch.hpp"

#include <algorithm>
#include <numeric>

#include "bnlab/core/error.hpp"
#include "bnlab/core/random.hpp"

namespace bnlab {

Subset all_images(const Dataset& data) {
  Subset all{.data = &data, .indices = std::vector<std::uint32_t>(data.count())};
  std::iota(all.indices.begin(), all.indices.end(), 0u);
  return all;
}

void shuffle_for_epoch(Subset& subset, std::uint64_t seed, std::size_t epoch) {
  std::sort(subset.indices.begin(), subset.indices.end());
  Random(seed, "shuffle " + std::to_string(epoch)).shuffle(subset.indices);
}

static std::size_t at_least_one(std::size_t size) {
  if (size == 0) fail("expected a batch of at least one image, found 0");
  return size;
}

BatchPlan::BatchPlan(std::size_t images, std::size_t size)
    : images_(images), size_(at_least_one(size)), count_((images + size - 1) / size) {
  if (count_ > 1 && size > 1 && images % size == 1) --count_;
}

// One image as a row of inputs: x_d = pixel_d factor + shift.
static void scale_pixels(const std::uint8_t* pixels, std::size_t D, real factor, real shift, real* x) {
  for (std::size_t d = 0; d < D; ++d) x[d] = static_cast<real>(pixels[d]) * factor + shift;
}

// The same where each pixel has a mean and a deviation of its own: x_d = (pixel_d - centre_d) factor_d.
static void scale_each_pixel(const std::uint8_t* pixels, const std::vector<real>& centres,
                             const std::vector<real>& factors, real* x) {
  for (std::size_t d = 0; d < centres.size(); ++d) x[d] = (static_cast<real>(pixels[d]) - centres[d]) * factors[d];
}

static void expect_scale_of(const PixelScale& scale, std::size_t D) {
  for (const std::size_t found : {scale.means.size(), scale.deviations.size()}) {
    if (found != 0 && found != D) fail("expected a scale of images of %zu pixels, found one of %zu", D, found);
  }
}

void Batch::load(const Subset& subset, std::size_t begin, std::size_t end, ThreadPool* threads) {
  const Dataset& data = *subset.data;
  const std::size_t D = data.features();
  images.resize({end - begin, D});
  if (end - begin > labels.capacity()) labels.reserve(end - begin + 1);  // the last batch may have one more
  labels.resize(end - begin);
  const PixelScale& scale = data.scale;
  const bool per_pixel = scale.is_per_pixel();
  expect_scale_of(scale, D);
  centres_.resize(per_pixel ? D : 0);
  factors_.resize(centres_.size());
  for (std::size_t d = 0; d < centres_.size(); ++d) {
    centres_[d] = scale.centre(d);
    factors_[d] = scale.factor(d);
  }
  const real factor = scale.factor();
  const real shift = scale.shift();
  parallel_for(threads, end - begin, 16384 / D + 1, [&](std::size_t first, std::size_t last) {
    for (std::size_t n = first; n < last; ++n) {
      const std::size_t i = subset.indices[begin + n];
      if (per_pixel) {
        scale_each_pixel(data.image(i), centres_, factors_, images.row(n));
      } else {
        scale_pixels(data.image(i), D, factor, shift, images.row(n));
      }
      labels[n] = data.labels[i];
    }
  });
}

}  // namespace bnlab
