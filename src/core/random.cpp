#include "bnlab/core/random.hpp"

#include <bit>
#include <cmath>
#include <numbers>

#include "bnlab/core/fingerprint.hpp"

namespace bnlab {
namespace {

// splitmix64: turns any number, however regular, into well-mixed bits. The authors of xoshiro recommend it for seeding.
std::uint64_t splitmix64(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::string_view name) : state{} {
  std::uint64_t x = splitmix64(seed) ^ fingerprint(name);
  for (std::uint64_t& word : state) word = splitmix64(x);
}

std::uint64_t Random::next() {
  auto& s = state;
  const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

// Box and Muller, "A note on the generation of random normal deviates", 1958. Two independent normal numbers are a point
// of the plane. It lies in any direction equally likely, and outside of the circle of radius r with the probability
// exp(-r²/2). So a uniform number u is turned into such a radius by r = sqrt(-2 ln u). One of the point's two coordinates
// is returned.
double Random::normal() {
  const double u = 1 - uniform();  // in (0, 1], as 0 has no logarithm
  const double direction = 2 * std::numbers::pi * uniform();
  return std::sqrt(-2 * std::log(u)) * std::cos(direction);
}

// Lemire, "Fast random integer generation in an interval", 2019. The product of 32 random bits and `bound` has 64 bits;
// its upper half is below `bound`, without a division. If its lower half is below 2^32 mod bound, draw again: otherwise
// some results would come up once more than others (rejection sampling).
std::uint32_t Random::below(std::uint32_t bound) {
  std::uint64_t product = (next() >> 32) * bound;
  if (static_cast<std::uint32_t>(product) < bound) {
    const std::uint32_t threshold = (0u - bound) % bound;
    while (static_cast<std::uint32_t>(product) < threshold) product = (next() >> 32) * bound;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

}  // namespace bnlab
