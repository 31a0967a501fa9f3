// The validation split: two parts of the training images without a common image.
#include "bnlab/data/split.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::split_test {

namespace {

// Labels without pixels are all that splitting looks at.
Dataset of_size(std::size_t count) {
  Dataset set;
  set.labels.resize(count);
  return set;
}

}  // namespace

TEST_CASE("Split: two parts without a common image, together the first of the file, both in its order") {
  const Dataset set = of_size(100);
  for (const auto& [limit, fraction, held_out] : {std::tuple<std::size_t, double, std::size_t>{0, 0.25, 25},
                                                  {100, 0.5, 50},
                                                  {40, 0.25, 10},
                                                  {2, 0.0, 0},
                                                  {0, 0.0, 0}}) {
    const Split parts = split(set, limit, fraction, 1);
    const std::vector<std::uint32_t>&train = parts.train.indices, &validation = parts.validation.indices;
    CHECK((parts.train.data == &set && parts.validation.data == &set));
    CHECK(validation.size() == held_out);
    CHECK(std::is_sorted(train.begin(), train.end()));
    CHECK(std::is_sorted(validation.begin(), validation.end()));
    std::vector<std::uint32_t> both = train;
    both.insert(both.end(), validation.begin(), validation.end());
    std::sort(both.begin(), both.end());
    Subset first = all_images(set);
    if (limit > 0) first.indices.resize(limit);
    CHECK(both == first.indices);
  }
}

TEST_CASE("Split: the same for the same seed, another for another, and drawn from all over the file") {
  const Dataset set = of_size(1000);
  std::set<std::vector<std::uint32_t>> drawn;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<std::uint32_t> once = split(set, 0, 0.1, seed).validation.indices;
    CHECK(once == split(set, 0, 0.1, seed).validation.indices);
    CHECK((once.front() < 200 && once.back() >= 800));  // each fails by chance once in 10^9
    drawn.insert(once);
  }
  CHECK(drawn.size() == 20);
}

TEST_CASE("Split: more images than there are, or too few to train on, is an error with both numbers") {
  const Dataset set = of_size(10);
  const std::string limit = error_of([&] { split(set, 11, 0.1, 1); });
  CHECK((contains(limit, "10") && contains(limit, "11")));
  CHECK(contains(error_of([&] { split(set, 1, 0, 1); }), "at least 2"));
  CHECK(contains(error_of([&] { split(set, 0, 0.9, 1); }), "at least 2 images to train on, 1 are left of 10"));
  CHECK(split(set, 0, 0.8, 1).train.indices.size() == 2);
}

}  // namespace bnlab::testing::split_test
