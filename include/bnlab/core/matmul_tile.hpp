// The innermost part of the fast matrix product: one tile of the result, its sums kept in vector registers.
#pragma once

#include "bnlab/core/simd.hpp"

namespace bnlab {

// The left operand A of a product, from the first row of a tile on: entry (r, k) is data[r * row_step + k * sum_step].
struct LeftOperand {
  const real* data;
  std::size_t row_step, sum_step;
};

// Computes t[r][j] = Σ_{k < terms} A(r, k) · b[k][j] for a tile of fixed height and width. If `accumulate` is true, the
// sums are added to t. The rows of b follow one another; those of t are t_step apart.
using TileKernel = void (*)(std::size_t terms, LeftOperand a, const real* b, real* t, std::size_t t_step,
                            bool accumulate);

// The kernel for tiles of `height` rows, 1 … kTileRows, and `width` columns, a multiple of kLanes up to kPanelWidth.
TileKernel tile_kernel(std::size_t height, std::size_t width);

}  // namespace bnlab
