// How wide the processor's vectors are, and what follows from that for the matrix product.
//
// A `vec` holds kLanes numbers that are added or multiplied by one instruction. The compiler's vector
// extension (g++ and clang++ alike) lets us write `a * b + c` for them; no intrinsics are needed.
#pragma once

#include <cstddef>

#include "bnlab/core/real.hpp"

namespace bnlab {

#if defined(__AVX512F__)
inline constexpr std::size_t kVectorBytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t kVectorBytes = 32;
#else
inline constexpr std::size_t kVectorBytes = 16;  // SSE2, Neon
#endif

inline constexpr std::size_t kLanes = kVectorBytes / sizeof(real);

// A panel (see Layout::panels in tensor.hpp) is kPanelVectors vectors wide, and a tile of the product is kTileRows rows
// high: its kTileRows * kPanelVectors sums stay in vector registers, of which AVX-512 and Neon have 32, SSE and AVX 16.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr std::size_t kPanelVectors = 4;
#else
inline constexpr std::size_t kPanelVectors = 2;
#endif
inline constexpr std::size_t kPanelWidth = kPanelVectors * kLanes;
inline constexpr std::size_t kTileRows = 6;

// Storage begins at multiples of a cache line, which is also the widest vector.
inline constexpr std::size_t kAlignment = 64;
inline constexpr std::size_t kPage = 4096;  // of memory

// Before a loop over arrays that do not overlap: the compiler may work on several entries at once without a check.
#if defined(__clang__)
#define BNLAB_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define BNLAB_INDEPENDENT _Pragma("GCC ivdep")
#endif

constexpr std::size_t round_up(std::size_t n, std::size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

}  // namespace bnlab
