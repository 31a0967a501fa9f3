// A tile of C whose sums live in vector registers: the inside of rungs 4, 5 and 6. 4_registers.cpp says what it is for.
#pragma once

#include "bnlab/core/simd.hpp"

// Registers have no index: a loop over them must be written out, which is what this asks the compiler to do.
#if defined(__clang__)
#define LADDER_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LADDER_UNROLL _Pragma("GCC unroll 16")
#endif

namespace bnlab::ladder {

// A vector of kLanes numbers: `x * y + z` on these is one instruction (or two, where there is no multiply-add).
typedef real vec __attribute__((vector_size(kVectorBytes)));
// The same vector where memory need not be aligned to it.
typedef real unaligned_vec __attribute__((vector_size(kVectorBytes), aligned(alignof(real)), may_alias));

inline constexpr std::size_t kTileHeight = 6;
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr std::size_t kTileVectors = 4;  // 6 x 4 sums, 4 vectors of B, 1 of A: 29 registers of 32
#else
inline constexpr std::size_t kTileVectors = 2;  // 6 x 2 sums, 2 vectors of B, 1 of A: 15 registers of 16
#endif
inline constexpr std::size_t kTileWidth = kTileVectors * kLanes;

// A part of a row-major matrix: its first entry, and how far it is from one row to the next.
template <class Number>
struct Part {
  Number* first;
  std::size_t step;
};

// c[Rows, kTileWidth] = a[Rows, terms] b[terms, kTileWidth]; with `add`, that is added to what c holds.
template <std::size_t Rows>
void tile(std::size_t terms, Part<const real> a, Part<const real> b, Part<real> c, bool add) {
  vec sum[Rows][kTileVectors];
  LADDER_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    LADDER_UNROLL
    for (std::size_t v = 0; v < kTileVectors; ++v) {
      sum[r][v] = add ? vec(*reinterpret_cast<const unaligned_vec*>(c.first + r * c.step + v * kLanes)) : vec{};
    }
  }
  for (std::size_t k = 0; k < terms; ++k) {
    vec b_k[kTileVectors];
    LADDER_UNROLL
    for (std::size_t v = 0; v < kTileVectors; ++v) {
      b_k[v] = *reinterpret_cast<const unaligned_vec*>(b.first + k * b.step + v * kLanes);
    }
    LADDER_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
      LADDER_UNROLL
      for (std::size_t v = 0; v < kTileVectors; ++v) sum[r][v] += a.first[r * a.step + k] * b_k[v];
    }
  }
  LADDER_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    LADDER_UNROLL
    for (std::size_t v = 0; v < kTileVectors; ++v) {
      *reinterpret_cast<unaligned_vec*>(c.first + r * c.step + v * kLanes) = sum[r][v];
    }
  }
}

// The same for a height that is known only when the program runs, 1 … kTileHeight. The compiler must know it to give
// out registers, so there is a tile for each, and the right one is looked for from the highest down.
template <std::size_t Rows = kTileHeight>
void tile_of_height(std::size_t height, std::size_t terms, Part<const real> a, Part<const real> b, Part<real> c,
                    bool add) {
  if constexpr (Rows > 1) {
    if (height < Rows) return tile_of_height<Rows - 1>(height, terms, a, b, c, add);
  }
  tile<Rows>(terms, a, b, c, add);
}

}  // namespace bnlab::ladder
