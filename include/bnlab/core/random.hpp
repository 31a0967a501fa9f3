// Pseudorandom numbers that are the same on every machine.
//
// The generator is xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). The
// distributions of the standard library differ from one implementation to another, so ours are written out. (Normal
// numbers need a logarithm and a cosine, whose last bit may depend on the machine.)
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace bnlab {

class Random {
 public:
  // Each pair of seed and name has a stream of its own: Random(1, "fc1"), Random(1, "shuffle 3"). Two networks with the
  // same seed get the same weights for layers of the same name, whatever other layers they have.
  Random(std::uint64_t seed, std::string_view name);

  std::uint64_t next();                      // 64 random bits
  double uniform();                          // in [0, 1)
  double uniform(double low, double high);   // in [low, high)
  double normal();                           // of the standard normal distribution
  std::uint32_t below(std::uint32_t bound);  // in {0, …, bound - 1}, each equally likely; bound > 0

  // The Fisher-Yates shuffle: every order is equally likely. For fewer than 2^32 items.
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t remaining = items.size(); remaining > 1; --remaining) {
      std::swap(items[remaining - 1], items[below(static_cast<std::uint32_t>(remaining))]);
    }
  }

  std::array<std::uint64_t, 4> state;  // the complete state of the generator
};

}  // namespace bnlab
