// From stored bytes to what the network takes: the pixels' values, the order of an epoch, and where it is cut.
#include "bnlab/data/batch.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::batch_test {

namespace {

// `count` images of height x width; image i is labelled i % 10 and begins with the byte i.
Dataset numbered(std::size_t count, std::size_t height, std::size_t width) {
  Dataset set;
  set.height = height, set.width = width;
  for (std::size_t i = 0; i < count; ++i) {
    set.labels.push_back(static_cast<std::uint8_t>(i % 10));
    for (std::size_t d = 0; d < set.features(); ++d) set.pixels.push_back(static_cast<std::uint8_t>(i + 31 * d));
  }
  return set;
}

double pixel(std::uint8_t byte) { return byte / 127.5 - 1; }

// The number of the image that row n was made from.
std::size_t image_of(const Batch& batch, std::size_t n) {
  return static_cast<std::size_t>(std::lround((static_cast<double>(batch.images(n, 0)) + 1) * 127.5));
}

}  // namespace

TEST_CASE("Subset: all images of a dataset are each image once, in the file's order") {
  const Dataset set = numbered(5, 1, 1);
  CHECK(all_images(set).data == &set);
  CHECK(all_images(set).indices == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
}

TEST_CASE("Batch: the bytes 0 to 255 become the numbers from -1 to 1") {
  Dataset set;
  set.height = 16, set.width = 16;
  for (int byte = 0; byte < 256; ++byte) set.pixels.push_back(static_cast<std::uint8_t>(byte));
  set.labels = {3};
  Batch batch;
  batch.load(all_images(set), 0, 1, nullptr);
  REQUIRE(batch.images.shape() == "[1, 256]");
  const double rounding = 2 * static_cast<double>(std::numeric_limits<real>::epsilon());
  CHECK(batch.images(0, 0) == real{-1});
  CHECK(std::abs(static_cast<double>(batch.images(0, 51)) + 0.6) < rounding);
  CHECK(std::abs(static_cast<double>(batch.images(0, 255)) - 1) < rounding);
  double worst = 0;
  for (std::size_t d = 0; d < 256; ++d) {
    const double error = std::abs(static_cast<double>(batch.images(0, d)) - pixel(static_cast<std::uint8_t>(d)));
    worst = std::max(worst, error);
  }
  CHECK(worst < rounding);
}

TEST_CASE("Batch: rows are the images that were asked for, in that order, each with its own label") {
  const Dataset set = numbered(100, 3, 2);
  const Subset some{&set, {7, 99, 0, 42, 42, 13}};
  Batch batch;
  batch.load(some, 1, 5, nullptr);
  REQUIRE(batch.images.shape() == "[4, 6]");
  CHECK(batch.labels == Bytes{9, 0, 2, 2});
  for (std::size_t n = 0; n < 4; ++n) {
    const std::uint8_t* const stored = set.image(some.indices[1 + n]);
    for (std::size_t d = 0; d < 6; ++d) {
      CHECK(std::abs(static_cast<double>(batch.images(n, d)) - pixel(stored[d])) < 1e-6);
    }
  }
}

TEST_CASE("Batch: threads load the same bits as one alone") {
  const Dataset set = numbered(250, 28, 28);
  Subset all = all_images(set);
  shuffle_for_epoch(all, 1, 0);
  Batch alone, shared;
  alone.load(all, 0, 250, nullptr);
  ThreadPool threads(3);
  shared.load(all, 0, 250, &threads);
  CHECK(identical(shared.images, alone.images));
  CHECK(shared.labels == alone.labels);
}

TEST_CASE("Batch: loading a batch no larger than one before uses the same memory") {
  const Dataset set = numbered(64, 4, 4);
  const Subset all = all_images(set);
  Batch batch;
  batch.load(all, 0, 64, nullptr);
  const real* const images = batch.images.stored().data();
  const std::uint8_t* const labels = batch.labels.data();
  for (const std::size_t end : {17u, 64u, 2u, 64u}) {
    batch.load(all, 0, end, nullptr);
    CHECK((batch.images.stored().data() == images && batch.labels.data() == labels));
    CHECK((batch.images.rows() == end && batch.labels.size() == end));
  }
}

TEST_CASE("Epoch: the order is shuffled, with every image once and its label beside it") {
  const Dataset set = numbered(200, 2, 2);
  Subset all = all_images(set);
  const std::vector<std::uint32_t> in_order = all.indices;
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    shuffle_for_epoch(all, 1, epoch);
    CHECK(all.indices != in_order);
    std::vector<std::size_t> seen;
    bool paired = true;
    const BatchPlan plan(200, 33);
    Batch batch;
    for (std::size_t b = 0; b < plan.count(); ++b) {
      batch.load(all, plan.begin(b), plan.end(b), nullptr);
      for (std::size_t n = 0; n < batch.labels.size(); ++n) {
        seen.push_back(image_of(batch, n));
        paired = paired && batch.labels[n] == seen.back() % 10;
      }
    }
    CHECK(paired);
    std::sort(seen.begin(), seen.end());
    CHECK(seen == std::vector<std::size_t>(in_order.begin(), in_order.end()));
  }
}

TEST_CASE("Epoch: a part of the images stays that part") {
  const Dataset set = numbered(50, 2, 2);
  Subset part{&set, {4, 9, 16, 25, 36, 49}};
  shuffle_for_epoch(part, 1, 5);
  CHECK(part.data == &set);
  CHECK(std::set<std::uint32_t>(part.indices.begin(), part.indices.end()) ==
        std::set<std::uint32_t>{4, 9, 16, 25, 36, 49});
  CHECK(part.indices.size() == 6);
}

TEST_CASE("Epoch: the order is a function of seed and epoch alone, and another for each") {
  const Dataset set = numbered(100, 2, 2);
  std::set<std::vector<std::uint32_t>> orders;
  Subset continued = all_images(set);
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    for (std::size_t epoch = 0; epoch < 12; ++epoch) {
      Subset fresh = all_images(set);
      shuffle_for_epoch(fresh, seed, epoch);
      shuffle_for_epoch(continued, seed, epoch);  // from whatever order it was in: as a resumed run
      CHECK(fresh.indices == continued.indices);
      orders.insert(fresh.indices);
    }
  }
  CHECK(orders.size() == 3 * 12);
}

TEST_CASE("BatchPlan: every image once and in order, in batches of the size, none of one image where that can be") {
  for (std::size_t images = 1; images <= 40; ++images) {
    for (std::size_t size = 1; size <= 12; ++size) {
      CAPTURE(images);
      CAPTURE(size);
      const BatchPlan plan(images, size);
      std::size_t at = 0;
      bool right = plan.count() > 0;
      for (std::size_t b = 0; b < plan.count(); ++b) {
        const std::size_t length = plan.end(b) - plan.begin(b);
        const bool last = b + 1 == plan.count();
        right = right && plan.begin(b) == at && plan.end(b) > at;
        right = right && (last ? length <= size + 1 : length == size);
        right = right && (length > size ? images % size == 1 : true);  // only to take in a last image
        right = right && (length > 1 || size == 1 || images == 1);
        at = plan.end(b);
      }
      CHECK(right);
      CHECK(at == images);
      const bool merged = size > 1 && images > size && images % size == 1;
      CHECK(plan.count() == (images + size - 1) / size - (merged ? 1 : 0));
    }
  }
}

TEST_CASE("Epoch: over many epochs each image comes in each place equally often") {
  constexpr std::size_t kImages = 5, kEpochs = 5000;
  const Dataset set = numbered(kImages, 2, 2);
  std::size_t count[kImages][kImages] = {};
  for (std::size_t epoch = 1; epoch <= kEpochs; ++epoch) {
    Subset all = all_images(set);
    shuffle_for_epoch(all, 1, epoch);
    for (std::size_t place = 0; place < kImages; ++place) ++count[all.indices[place]][place];
  }
  for (const auto& places : count) {
    for (const std::size_t often : places) CHECK(std::fabs(static_cast<double>(often) - 1000) < 141);  // 5 deviations
  }
}

TEST_CASE("Batch: pictures of any size are loaded, by threads as by one alone") {
  ThreadPool threads(2);
  for (const std::size_t side : {1u, 127u, 128u, 129u, 300u}) {
    CAPTURE(side);
    const Dataset set = numbered(3, side, side);
    Batch alone, shared;
    alone.load(all_images(set), 0, 3, nullptr);
    shared.load(all_images(set), 0, 3, &threads);
    double worst = 0;
    for (std::size_t n = 0; n < 3; ++n) {
      for (std::size_t d = 0; d < set.features(); ++d) {
        worst = std::max(worst, std::abs(static_cast<double>(alone.images(n, d)) - pixel(set.image(n)[d])));
      }
    }
    CHECK(worst < 1e-6);
    CHECK(identical(shared.images, alone.images));
    CHECK(shared.labels == alone.labels);
  }
}

TEST_CASE("Batch: pixels are scaled as their dataset says, of every image, with threads, too") {
  ThreadPool threads(3);
  for (const PixelScale& scale : {PixelScale{0.1307, 0.3081}, {0, 1}, {0, 1.0 / 255}, {1, 0.25}, {0.5, 0.5}}) {
    Dataset set = numbered(50, 28, 28);
    set.scale = scale;
    Batch batch;
    batch.load(all_images(set), 0, 50, &threads);
    double worst = 0;
    for (std::size_t n = 0; n < 50; ++n) {
      for (std::size_t d = 0; d < 784; ++d) {
        const double expected = (set.image(n)[d] / 255.0 - scale.mean) / scale.deviation;
        worst = std::max(worst, std::abs(static_cast<double>(batch.images(n, d)) - expected) * scale.deviation);
      }
    }
    CHECK(worst < 4 * static_cast<double>(std::numeric_limits<real>::epsilon()));
  }
}

TEST_CASE("Batch: pixels with a mean or a deviation of their own are scaled by it, with threads, too") {
  ThreadPool threads(3);
  PixelScale means, deviations;
  for (std::size_t d = 0; d < 784; ++d) {
    means.means.push_back(static_cast<double>(d) / 784);
    deviations.deviations.push_back(0.004 + static_cast<double>(d % 9));
  }
  PixelScale both = means;
  both.deviations = deviations.deviations;
  for (const PixelScale& scale : {means, deviations, both}) {
    Dataset set = numbered(50, 28, 28);
    set.scale = scale;
    Batch alone, shared;
    alone.load(all_images(set), 0, 50, nullptr);
    shared.load(all_images(set), 0, 50, &threads);
    CHECK(identical(shared.images, alone.images));
    double worst = 0;
    for (std::size_t n = 0; n < 50; ++n) {
      for (std::size_t d = 0; d < 784; ++d) {
        const double expected = (set.image(n)[d] / 255.0 - scale.mean_of(d)) / scale.deviation_of(d);
        worst = std::max(worst, std::abs(static_cast<double>(alone.images(n, d)) - expected) * scale.deviation_of(d));
      }
    }
    CHECK(worst < 4 * static_cast<double>(std::numeric_limits<real>::epsilon()));
  }
}

TEST_CASE("Batch: a pixel at its mean is 0, and a scale of images of another size is refused") {
  Dataset set = numbered(3, 2, 2);
  for (int byte = 0; byte < 256; ++byte) {
    set.pixels.assign(set.pixels.size(), static_cast<std::uint8_t>(byte));
    set.scale.means.assign(4, byte / 255.0);
    set.scale.deviations.assign(4, 0.01);
    Batch batch;
    batch.load(all_images(set), 0, 3, nullptr);
    CHECK(std::abs(static_cast<double>(batch.images(0, 3))) < (kDouble ? 1e-13 : 1e-30));
  }
  for (std::vector<double> PixelScale::*numbers : {&PixelScale::means, &PixelScale::deviations}) {
    set.scale = {};
    (set.scale.*numbers).assign(5, 0.5);
    Batch batch;
    CHECK(contains(error_of([&] { batch.load(all_images(set), 0, 3, nullptr); }), "of 4 pixels, found one of 5"));
  }
}

TEST_CASE("Batch: after a scale with means of its own comes one without") {
  Dataset set = numbered(3, 2, 2);
  Batch batch, fresh;
  fresh.load(all_images(set), 0, 3, nullptr);
  set.scale.means.assign(4, 0.25);
  batch.load(all_images(set), 0, 3, nullptr);
  CHECK_FALSE(identical(batch.images, fresh.images));
  set.scale = {};
  batch.load(all_images(set), 0, 3, nullptr);
  CHECK(identical(batch.images, fresh.images));
}

TEST_CASE("PixelScale: the mean is of pixels from 0 to 1, the deviation above 0, and inputs do not overflow") {
  for (const PixelScale& good : {PixelScale{}, {0, 1}, {1, 1e-3}, {0.1307, 0.3081}, {0.5, 1e20}}) CHECK(good.valid());
  const double nan = std::nan("");
  for (const PixelScale& bad : {PixelScale{-0.1, 1},
                                {1.1, 1},
                                {nan, 1},
                                {0, 0},
                                {0, -1},
                                {0, nan},
                                {0, HUGE_VAL},
                                {125.3, 63},
                                {1, kDouble ? 1e-310 : 1e-40}}) {
    CHECK_FALSE(bad.valid());
  }
  const auto with = [](std::vector<double> means, std::vector<double> deviations) {
    return PixelScale{.means = std::move(means), .deviations = std::move(deviations)};
  };
  CHECK(with({0, 1, 0.3}, {0.1, 5, 1e-3}).valid());
  CHECK_FALSE(with({0, 1.1, 0.3}, {}).valid());
  CHECK_FALSE(with({0, nan, 0.3}, {}).valid());
  CHECK_FALSE(with({}, {1, 0}).valid());
  CHECK_FALSE(with({}, {kDouble ? 1e-310 : 1e-40}).valid());
}

TEST_CASE("BatchPlan: a batch of no images is an error; no images are no batch") {
  CHECK(contains(error_of([] { BatchPlan(10, 0); }), "at least one image, found 0"));
  CHECK(BatchPlan(0, 64).count() == 0);
}

}  // namespace bnlab::testing::batch_test
