#include "bnlab/lab/figures/spread.hpp"

#include "../support.hpp"

namespace bnlab::testing::spread_test {

namespace {

// The oracle: Dykstra's alternating projections onto each pair's condition, z[i] <= z[i + 1], and onto the range, which
// tend to the nearest point that meets all.
std::vector<double> by_projections(std::vector<double> wanted, double gap, double low, double high) {
  const std::size_t n = wanted.size();
  std::vector<double> z(n);
  std::sort(wanted.begin(), wanted.end());
  for (std::size_t i = 0; i < n; ++i) z[i] = wanted[i] - gap * static_cast<double>(i);
  high -= gap * static_cast<double>(n - 1);
  std::vector<std::vector<double>> corrections(n, std::vector<double>(n, 0));
  for (int round = 0; round < 20'000; ++round) {
    for (std::size_t c = 0; c < n; ++c) {  // condition c: of z[c] and z[c + 1]; the last one: of the range
      for (std::size_t i = 0; i < n; ++i) z[i] += corrections[c][i];
      const std::vector<double> before = z;
      if (c + 1 < n && z[c] > z[c + 1]) z[c] = z[c + 1] = (z[c] + z[c + 1]) / 2;
      if (c + 1 == n) {
        for (double& value : z) value = std::clamp(value, low, high);
      }
      for (std::size_t i = 0; i < n; ++i) corrections[c][i] = before[i] - z[i];
    }
  }
  for (std::size_t i = 0; i < n; ++i) z[i] += gap * static_cast<double>(i);
  return z;
}

}  // namespace

TEST_CASE("spread: labels that do not touch stay where they are") {
  CHECK(spread({30, 10, 60}, 15, 0, 100) == std::vector<double>{30, 10, 60});
  CHECK(spread({42}, 15, 0, 100) == std::vector<double>{42});
  CHECK(spread({}, 15, 0, 100).empty());
}

TEST_CASE("spread: labels at one place move as far up as down; at the edge they stay inside") {
  CHECK(spread({50, 50}, 10, 0, 100) == std::vector<double>{45, 55});
  CHECK(spread({50, 50, 50}, 10, 0, 100) == std::vector<double>{40, 50, 60});
  CHECK(spread({0, 0, 0}, 10, 0, 100) == std::vector<double>{0, 10, 20});
  CHECK(spread({100, 100}, 10, 0, 100) == std::vector<double>{90, 100});
  CHECK(spread({150, -50}, 10, 0, 100) == std::vector<double>{100, 0});
}

TEST_CASE("spread: too many labels share the range") {
  CHECK(spread({7, 7, 7, 7, 7}, 50, 0, 100) == std::vector<double>{0, 25, 50, 75, 100});
}

TEST_CASE("spread: the sum of squared moves is the least") {
  Random random(3, "labels");
  for (int i = 0; i < 20; ++i) {
    std::vector<double> wanted;
    const std::size_t count = 2 + static_cast<std::size_t>(i) % 5;
    for (std::size_t k = 0; k < count; ++k) wanted.push_back(random.uniform(0, 100));
    std::vector<double> result = spread(wanted, 15, 0, 100);
    // In the order of those wanted
    for (std::size_t a = 0; a < count; ++a) {
      for (std::size_t b = 0; b < count; ++b) {
        if (wanted[a] < wanted[b]) CHECK(result[a] < result[b]);
      }
    }
    std::sort(result.begin(), result.end());
    const std::vector<double> expected = by_projections(wanted, 15, 0, 100);
    for (std::size_t k = 0; k < count; ++k) CHECK(result[k] == doctest::Approx(expected[k]).epsilon(1e-6));
  }
}

}  // namespace bnlab::testing::spread_test
