// A fingerprint of some bytes: the hash function FNV-1a with 64 bits (Fowler, Noll and Vo).
//
// Each byte is combined with the hash by an exclusive or and a multiplication by an odd number. Both can be undone, so
// two texts of the same length that differ in one byte always have different hashes. FNV-1a is not a cryptographic
// hash: it finds accidental changes, not forgeries.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bnlab/core/text.hpp"

namespace bnlab {

inline constexpr std::uint64_t kFnvOffsetBasis = 0xcbf29ce484222325;  // the hash of no bytes
inline constexpr std::uint64_t kFnvPrime = 0x100000001b3;

// `hash` continues an earlier call: fingerprint("b", fingerprint("a")) is fingerprint("ab").
inline std::uint64_t fingerprint(std::string_view bytes, std::uint64_t hash = kFnvOffsetBasis) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return hash;
}

// The hash as text: 16 hexadecimal digits, "cbf29ce484222325".
inline std::string hexadecimal(std::uint64_t hash) { return format("%016llx", static_cast<unsigned long long>(hash)); }

// The hash in 32 bits: both halves combined, as its authors recommend.
inline std::uint32_t folded(std::uint64_t hash) { return static_cast<std::uint32_t>(hash ^ hash >> 32); }

}  // namespace bnlab
