// SIMD: the width of the processor's vector registers, and the sizes in the matrix product that follow from it.
//
// A `vec` holds kLanes numbers (lanes), which one instruction adds or multiplies. With the vector extension of g++ and
// clang++ we write `a * b + c` for them; intrinsics are not needed.
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

typedef real vec __attribute__((vector_size(kVectorBytes)));
// The same vector at an address of any alignment.
typedef real unaligned_vec __attribute__((vector_size(kVectorBytes), aligned(alignof(real)), may_alias));

inline vec load_vec(const real* from) { return *reinterpret_cast<const unaligned_vec*>(from); }
inline void store_vec(real* to, vec v) { *reinterpret_cast<unaligned_vec*>(to) = v; }

// A panel (Layout::panels in tensor.hpp) is kPanelVectors vectors wide. A tile of the product is one panel wide and
// kTileRows rows high. Its kTileRows * kPanelVectors sums are kept in vector registers: AVX-512 and Neon have 32 of
// them, SSE and AVX have 16.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr std::size_t kPanelVectors = 4;
#else
inline constexpr std::size_t kPanelVectors = 2;
#endif
inline constexpr std::size_t kPanelWidth = kPanelVectors * kLanes;
inline constexpr std::size_t kTileRows = 6;

// Tensors are aligned to cache lines, which are as long as the widest vector.
inline constexpr std::size_t kAlignment = 64;

// BNLAB_INDEPENDENT precedes a loop over arrays that do not overlap: the compiler may vectorize it without a check.
// BNLAB_UNROLL precedes a loop of few iterations, which the compiler unrolls.
#if defined(__clang__)
#define BNLAB_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#define BNLAB_UNROLL _Pragma("clang loop unroll(full)")
#else
#define BNLAB_INDEPENDENT _Pragma("GCC ivdep")
#define BNLAB_UNROLL _Pragma("GCC unroll 16")
#endif

constexpr std::size_t round_up(std::size_t n, std::size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

}  // namespace bnlab
