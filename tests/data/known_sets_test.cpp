// Known sets are recognised by their labels, and so are their beginnings; nothing else is.
#include "bnlab/data/known_sets.hpp"

#include <set>

#include "../idx_folder.hpp"
#include "bnlab/core/fingerprint.hpp"

namespace bnlab::testing::known_sets_test {

namespace {

// Images of the set's shape with these labels; of their pixels nothing is known.
Dataset images_of(const KnownSet& set, const Bytes& labels) {
  return {.channels = set.channels,
          .height = set.height,
          .width = set.width,
          .classes = 10,
          .pixels = Bytes(labels.size() * set.channels * set.height * set.width),
          .labels = labels};
}

Bytes first(const Bytes& labels, std::size_t count) {
  return {labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::string recognised_as(const KnownSet& set, const Bytes& labels) {
  const KnownLabels* found = recognise(images_of(set, labels));
  return found == nullptr ? "" : found->set;
}

}  // namespace

TEST_CASE("Known sets: each beginning of 10 labels or more is recognised, with its part and place") {
  for (const KnownLabels& known : known_labels()) {
    CAPTURE(known.set);
    CAPTURE(known.first);
    const KnownSet& set = *find_known_set(known.set);
    const Bytes labels = labels_of(known.set, known.part, known.first);
    for (std::size_t count = 0; count <= labels.size(); ++count) {
      const KnownLabels* found = recognise(images_of(set, first(labels, count)));
      CHECK(found == (count < 10 ? nullptr : &known));
    }
  }
}

TEST_CASE("Known sets: a label that differs is no known set, wherever it stands") {
  for (const KnownLabels& known : known_labels()) {
    const Bytes labels = labels_of(known.set, known.part, known.first);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      Bytes changed = labels;
      changed[i] = static_cast<std::uint8_t>((changed[i] + 1) % 10);
      CHECK(recognise(images_of(*find_known_set(known.set), changed)) == nullptr);
    }
  }
}

TEST_CASE("Known sets: the labels of a whole part are compared in thousands") {
  const KnownSet& set = *find_known_set("fashion-mnist");
  const DatasetPair sample = load_datasets("data/fashion-mnist-sample");
  for (const Bytes* labels : {&sample.train.labels, &sample.test.labels}) {
    for (const std::size_t count : {10u, 59u, 61u, 999u, 1000u, 1001u, 4999u, 5000u, 9999u, 10000u}) {
      CHECK(recognised_as(set, first(*labels, count)) == "fashion-mnist");
    }
    Bytes changed = *labels;
    changed[4321] ^= 1;
    CHECK(recognised_as(set, first(changed, 4999)) == "fashion-mnist");  // its last full thousand is right
    for (const std::size_t count : {5000u, 5001u, 9999u, 10000u})
      CHECK(recognised_as(set, first(changed, count)) == "");
  }
  Bytes longer = sample.test.labels;
  longer.insert(longer.end(), 5000, 3);
  CHECK(recognised_as(set, longer) == "fashion-mnist");  // more than is known of the part: as far as it goes
}

TEST_CASE("Known sets: how many labels are compared: those spelt out, or the full thousands whose hash is known") {
  const KnownLabels few = {.set = "x", .digits = std::string(60, '1'), .hashes = {}};
  const KnownLabels some = {.set = "x", .digits = std::string(60, '1'), .hashes = {1, 2}};
  const struct {
    std::size_t labels, of_few, of_some;
  } cases[] = {{10, 10, 10},     {60, 60, 60},     {61, 60, 60},     {999, 60, 60},    {1000, 60, 1000},
               {1001, 60, 1000}, {1999, 60, 1000}, {2000, 60, 2000}, {60000, 60, 2000}};
  for (const auto& c : cases) {
    CHECK(few.compared(c.labels) == c.of_few);
    CHECK(some.compared(c.labels) == c.of_some);
  }
}

TEST_CASE("Known sets: other shapes, and other orders of the same labels, are none") {
  const Bytes labels = labels_of("mnist", Part::training);
  Dataset images = images_of(*find_known_set("mnist"), labels);
  CHECK(recognise(images) != nullptr);
  std::swap(images.height, images.channels);
  CHECK(recognise(images) == nullptr);
  Bytes reversed(labels.rbegin(), labels.rend());
  CHECK(recognised_as(*find_known_set("mnist"), reversed) == "");
  CHECK(recognised_as(*find_known_set("mnist"), Bytes(1000, 5)) == "");
}

TEST_CASE("Known sets: the table is consistent, and ten labels tell its entries apart") {
  std::set<std::string> beginnings;
  for (const KnownLabels& known : known_labels()) {
    CAPTURE(known.set);
    const KnownSet* set = find_known_set(known.set);
    REQUIRE(set != nullptr);
    CHECK(known.digits.find_first_not_of("0123456789") == std::string::npos);
    CHECK(known.hashes.size() <= set->images(known.part) / 1000);
    CHECK(known.first < set->images(known.part));
    CHECK(beginnings.insert(known.digits.substr(0, 10)).second);
  }
  CHECK(find_known_set("fashion-mnist-sample") == nullptr);
  CHECK(find_known_set("") == nullptr);
}

}  // namespace bnlab::testing::known_sets_test
