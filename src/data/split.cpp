#include "bnlab/data/split.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/error.hpp"
#include "bnlab/core/random.hpp"

namespace bnlab {

Split split(const Dataset& data, std::size_t limit, double fraction, std::uint64_t seed) {
  Subset all = all_images(data);
  if (limit > data.count()) fail("expected a limit of at most %zu training images, got %zu", data.count(), limit);
  if (limit > 0) all.indices.resize(limit);
  Random(seed, "split").shuffle(all.indices);
  const auto cut = all.indices.begin() + std::llround(fraction * static_cast<double>(all.indices.size()));
  Split parts{.train = {.data = &data, .indices = {cut, all.indices.end()}},
              .validation = {.data = &data, .indices = {all.indices.begin(), cut}}};
  for (Subset* part : {&parts.train, &parts.validation}) std::sort(part->indices.begin(), part->indices.end());
  if (parts.train.indices.size() < 2) {
    fail("expected at least 2 images to train on, %zu are left of %zu", parts.train.indices.size(), all.indices.size());
  }
  return parts;
}

}  // namespace bnlab
