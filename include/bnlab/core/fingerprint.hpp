// A number that stands for some bytes: equal bytes give equal numbers, and a changed one another number.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace bnlab {

// FNV-1a, 64 bits (Fowler, Noll and Vo). `hash` continues an earlier call's. Each byte is taken in by an exclusive or
// and a multiplication by an odd number, both of which can be undone: so of two texts of one length that differ in one
// byte, the numbers always differ. It is no protection against somebody who wants to deceive.
inline constexpr std::uint64_t kFingerprintOfNothing = 0xcbf29ce484222325;
inline std::uint64_t fingerprint(std::string_view bytes, std::uint64_t hash = kFingerprintOfNothing) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}
inline std::uint64_t fingerprint(std::span<const std::uint8_t> bytes, std::uint64_t hash = kFingerprintOfNothing) {
  return fingerprint({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, hash);
}

}  // namespace bnlab
