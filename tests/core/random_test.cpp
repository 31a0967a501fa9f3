// The generator against its published definition, and its distributions against what they promise.
#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::random_test {

namespace {

// The two public recipes that seeding is made of, written from their definitions.
struct Splitmix64 {
  std::uint64_t x;
  std::uint64_t next() {
    x += 0x9e3779b97f4a7c15u;
    const std::uint64_t a = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u, b = (a ^ (a >> 27)) * 0x94d049bb133111ebu;
    return b ^ (b >> 31);
  }
};

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037u;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211u;
  }
  return hash;
}

// A state whose next output is `draw`: the output is a one-to-one function of the second word.
Random with_next(std::uint64_t draw) {
  const auto inverse = [](std::uint64_t odd) {  // modulo 2^64, by Newton's method
    std::uint64_t y = odd;
    for (int i = 0; i < 6; ++i) y *= 2 - odd * y;
    return y;
  };
  const std::uint64_t rotated = draw * inverse(9);
  Random random(1, "any");
  random.state[1] = (rotated >> 7 | rotated << 57) * inverse(5);
  return random;
}

// Deviations from the mean, in standard deviations, of how often each outcome was seen, squared and summed. With k
// outcomes this is around k - 1, and its own standard deviation is sqrt(2 (k - 1)).
template <class Counts>
double chi_square(const Counts& counts, double expected) {
  double sum = 0;
  for (const double count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}
double chi_square_bound(double outcomes) { return outcomes - 1 + 6 * std::sqrt(2 * (outcomes - 1)); }

}  // namespace

TEST_CASE("Random: from the state 1, 2, 3, 4 come the outputs that are published for xoshiro256**") {
  Random random(0, "");
  random.state = {1, 2, 3, 4};
  const std::vector<std::uint64_t> published{11520,
                                             0,
                                             1509978240,
                                             1215971899390074240u,
                                             1216172134540287360u,
                                             607988272756665600u,
                                             16172922978634559625u,
                                             8476171486693032832u,
                                             10595114339597558777u,
                                             2904607092377533576u};
  for (const std::uint64_t expected : published) CHECK(random.next() == expected);
}

TEST_CASE("Random: a stream is seeded by splitmix64 from the seed and the FNV-1a hash of its name") {
  // The published values of the two recipes, so that the copies above are known to be right.
  Splitmix64 published{1234567};
  CHECK((published.next() == 6457827717110365317u && published.next() == 3203168211198807973u));
  CHECK((fnv1a("") == 0xcbf29ce484222325u && fnv1a("a") == 0xaf63dc4c8601ec8cu));
  CHECK(fnv1a("foobar") == 0x85944171f73967e8u);

  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1234567}, UINT64_MAX}) {
    for (const std::string_view name : {"", "fc1", "shuffle 3", "gr\xc3\xbc\xc3\x9f"}) {
      CAPTURE(seed);
      CAPTURE(name);
      Splitmix64 words{Splitmix64{seed}.next() ^ fnv1a(name)};
      const Random random(seed, name);
      for (const std::uint64_t word : random.state) CHECK(word == words.next());
    }
  }
}

TEST_CASE("Random: another seed or another name is another stream; the same two are the same stream") {
  std::map<std::uint64_t, int> first_outputs;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const std::string_view name : {"fc1", "fc2", "fc11", "1fc", "split", "shuffle 1", "shuffle 2", ""}) {
      ++first_outputs[Random(seed, name).next()];
      CHECK(Random(seed, name).state == Random(seed, name).state);
    }
  }
  CHECK(first_outputs.size() == 50 * 8);
}

TEST_CASE("Random: uniform numbers reach from 0 to just below 1") {
  CHECK(with_next(0).uniform() == 0);
  CHECK(with_next(UINT64_MAX).uniform() == 1 - 0x1p-53);
  CHECK(with_next(std::uint64_t{1} << 63).uniform() == 0.5);
  CHECK(with_next(std::uint64_t{1} << 63).uniform(-3, 5) == 1);
  CHECK(with_next(0).uniform(-3, 5) == -3);
}

TEST_CASE("Random: uniform numbers have the mean, the variance and the spread of a uniform distribution") {
  Random random(3, "uniform");
  const double n = 100000;
  double sum = 0, squares = 0;
  bool inside = true;
  std::array<double, 64> bins{};
  for (int i = 0; i < 100000; ++i) {
    const double u = random.uniform();
    inside = inside && u >= 0 && u < 1;
    sum += u, squares += (u - 0.5) * (u - 0.5);
    ++bins[static_cast<std::size_t>(u * 64) % 64];
  }
  CHECK(inside);
  CHECK(std::abs(sum / n - 0.5) < 5 * std::sqrt(1 / 12.0 / n));
  CHECK(std::abs(squares / n - 1 / 12.0) < 5 * std::sqrt(1 / 180.0 / n));  // variance of (u - 1/2)^2: 1/80 - 1/144
  CHECK(chi_square(bins, n / 64) < chi_square_bound(64));
}

TEST_CASE("Random: below draws again where an incomplete cycle would favour some results") {
  // 2^32 and 2^64 are 1 more than a multiple of 3: one draw is too many, and 0 is the one that is not used.
  Random refused = with_next(0), second = with_next(0);
  second.next();
  CHECK(refused.below(3) == second.below(3));
  CHECK(refused.state == second.state);
  CHECK((with_next(0).below(4) == 0 && with_next(UINT64_MAX).below(3) == 2));

  // For a bound of 3/4 of 2^32 a remainder would fall below a third of it in half the cases, and an upper half would be
  // a multiple of 3 in half the cases.
  Random random(5, "below");
  const std::uint32_t bound = 3u << 30;
  int small = 0, multiples = 0;
  for (int i = 0; i < 30000; ++i) {
    const std::uint32_t draw = random.below(bound);
    small += draw < bound / 3, multiples += draw % 3 == 0;
  }
  CHECK(std::abs(small - 10000) < 5 * std::sqrt(30000 * 2 / 9.0));
  CHECK(std::abs(multiples - 10000) < 5 * std::sqrt(30000 * 2 / 9.0));
}

TEST_CASE("Random: below stays in range, each number equally often, and is the upper half of 32 bits times the bound") {
  Random random(6, "below");
  for (const std::uint32_t bound : {1u, 2u, 3u, 7u, 10u, 64u, 100u}) {
    CAPTURE(bound);
    std::vector<double> counts(bound);
    bool inside = true, upper_half = true;
    for (int i = 0; i < 20000; ++i) {
      Random copy = random;
      const std::uint32_t draw = random.below(bound);
      inside = inside && draw < bound;
      upper_half = upper_half && draw == (copy.next() >> 32) * bound >> 32;  // none of these is drawn again
      ++counts[draw % bound];
    }
    CHECK(inside);
    CHECK(upper_half);
    CHECK(chi_square(counts, 20000.0 / bound) <= chi_square_bound(bound));
  }
}

TEST_CASE("Random: shuffle rearranges, and loses and doubles nothing") {
  Random random(8, "shuffle");
  for (const std::size_t count : {0u, 1u, 2u, 10u, 1000u}) {
    std::vector<std::size_t> items(count);
    std::iota(items.begin(), items.end(), std::size_t{0});
    const std::vector<std::size_t> sorted = items;
    random.shuffle(items);
    if (count >= 10) CHECK(items != sorted);
    std::sort(items.begin(), items.end());
    CHECK(items == sorted);
  }
}

TEST_CASE("Random: shuffle gives every order equally often") {
  Random random(9, "shuffle");
  for (const std::size_t count : {3u, 4u}) {
    std::map<std::vector<int>, int> orders;
    for (int i = 0; i < 24000; ++i) {
      std::vector<int> items(count);
      std::iota(items.begin(), items.end(), 0);
      random.shuffle(items);
      ++orders[items];
    }
    std::vector<double> counts;
    for (const auto& [order, seen] : orders) counts.push_back(seen);
    REQUIRE(counts.size() == (count == 3 ? 6 : 24));
    CHECK(chi_square(counts, 24000.0 / static_cast<double>(counts.size())) <
          chi_square_bound(static_cast<double>(counts.size())));
  }
}

TEST_CASE("Random: normal numbers are as often in each of 64 intervals as the normal distribution says") {
  Random random(10, "normal");
  const int n = 200000;
  double sum = 0, squares = 0, neighbours = 0, last = 0;
  std::vector<double> bins(64);
  bool finite = true;
  for (int i = 0; i < n; ++i) {
    const double z = random.normal();
    finite = finite && std::isfinite(z);
    sum += z, squares += z * z, neighbours += z * last;
    last = z;
    // The share of numbers below z: uniform, if z is normal.
    ++bins[std::min<std::size_t>(static_cast<std::size_t>(std::erfc(-z / std::sqrt(2.0)) / 2 * 64), 63)];
  }
  CHECK(finite);
  CHECK(std::abs(sum / n) < 5 * std::sqrt(1.0 / n));
  CHECK(std::abs(squares / n - 1) < 5 * std::sqrt(2.0 / n));  // variance of z²: 3 - 1
  CHECK(std::abs(neighbours / n) < 5 * std::sqrt(1.0 / n));   // independent of one another
  CHECK(chi_square(bins, n / 64.0) < chi_square_bound(64));
}

TEST_CASE("Random: a normal number is finite also where the uniform one is 0") {
  Random zero = with_next(0);
  CHECK(zero.normal() == 0);
}

TEST_CASE("Random: between bounds it is the uniform number in [0, 1), scaled and shifted") {
  Random unit(1, "uniform"), bounded = unit;
  for (int i = 0; i < 1000; ++i) CHECK(bounded.uniform(-3, 5) == -3 + 8 * unit.uniform());
}

}  // namespace bnlab::testing::random_test
