// Random numbers that are the same on every machine, and the fingerprint of some bytes.
//
// The generator is xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021).
// The standard library's own distributions give different numbers with different libraries, so ours are written out.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace bnlab {

class Random {
 public:
  // A stream of its own for each pair of seed and name: Random(1, "fc1"), Random(1, "shuffle 3"). Two networks that
  // share a seed get the same weights for layers of the same name, whatever other layers they have.
  Random(std::uint64_t seed, std::string_view name);

  std::uint64_t next();                      // 64 random bits
  double uniform();                          // in [0, 1)
  double uniform(double low, double high);   // in [low, high)
  std::uint32_t below(std::uint32_t bound);  // in {0, …, bound - 1}, each equally likely; bound > 0

  // Fisher and Yates: every order equally likely. For fewer than 2^32 items.
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t left = items.size(); left > 1; --left) {
      std::swap(items[left - 1], items[below(static_cast<std::uint32_t>(left))]);
    }
  }

  std::array<std::uint64_t, 4> state;  // all there is to know of it
};

// A number that stands for some bytes: FNV-1a, 64 bits (Fowler, Noll and Vo). `hash` continues an earlier call's. Each
// byte is taken in by an exclusive or and a multiplication by an odd number, both of which can be undone: so of two texts
// of one length that differ in one byte, the numbers always differ. It is no protection against somebody who wants to
// deceive.
inline constexpr std::uint64_t kFingerprintOfNothing = 0xcbf29ce484222325;
inline std::uint64_t fingerprint(std::string_view bytes, std::uint64_t hash = kFingerprintOfNothing) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace bnlab
