#include "bnlab/lab/paired.hpp"

#include <cmath>
#include <vector>

#include "../support.hpp"

namespace bnlab::testing::paired_test {

namespace {

// Images on which both, only the first, only the second, neither are right.
PairedDifference of_counts(std::size_t both, std::size_t first, std::size_t second, std::size_t neither) {
  std::vector<std::uint8_t> a, b;
  const auto add = [&](std::size_t count, std::uint8_t in_a, std::uint8_t in_b) {
    a.insert(a.end(), count, in_a);
    b.insert(b.end(), count, in_b);
  };
  add(both, 1, 1), add(first, 1, 0), add(second, 0, 1), add(neither, 0, 0);
  return paired_difference(a, b);
}

}  // namespace

TEST_CASE("PD.1: the paired difference is the difference of the accuracies") {
  const PairedDifference d = of_counts(800, 30, 70, 100);
  CHECK(d.count == 1000);
  CHECK(d.only_first == 30);
  CHECK(d.only_second == 70);
  CHECK(std::abs(d.difference - (0.87 - 0.83)) < 1e-12);
}

TEST_CASE("PD.2: its standard error is the deviation of the per-image differences over the root of their number") {
  const PairedDifference d = of_counts(800, 30, 70, 100);
  double square = 0;
  for (const auto& [count, value] : {std::pair{900, 0.0}, {30, -1.0}, {70, 1.0}}) {
    square += count * (value - 0.04) * (value - 0.04);
  }
  CHECK(std::abs(d.error - std::sqrt(square / 1000 / 1000)) < 1e-12);
  CHECK(std::abs(d.high - d.low - 2 * 1.96 * d.error) < 1e-12);
  CHECK(d.significant());
}

TEST_CASE("PD.4: McNemar's p is that of (|30 - 70| - 1)² / 100 = 15.21, which is 0.0000962") {
  CHECK(std::abs(of_counts(800, 30, 70, 100).p_value - 9.619269e-05) < 1e-9);
}

TEST_CASE("paired difference: equal predictions, or as many either way, are no difference") {
  CHECK(of_counts(500, 0, 0, 500).difference == 0);
  CHECK(of_counts(500, 0, 0, 500).p_value == 1);
  CHECK_FALSE(of_counts(500, 0, 0, 500).significant());
  CHECK_FALSE(of_counts(500, 50, 50, 400).significant());
  CHECK(of_counts(500, 50, 50, 400).p_value == 1);
}

TEST_CASE("paired difference: it knows the sign") {
  CHECK(of_counts(800, 70, 30, 100).difference < 0);
  CHECK(of_counts(800, 70, 30, 100).significant());
}

TEST_CASE("paired difference: lists of different lengths are an error") {
  const std::vector<std::uint8_t> two = {1, 0}, three = {1, 0, 1}, none;
  CHECK(contains(error_of([&] { paired_difference(two, three); }), "got 2 and 3"));
  CHECK(error_of([&] { paired_difference(none, none); }) != "");
}

}  // namespace bnlab::testing::paired_test
