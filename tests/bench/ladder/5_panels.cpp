// Rung 5, panels: the columns of B that a tile needs are first copied into a panel, row after row.
//
// The tile of rung 4 reads 4 vectors of B, then jumps a whole row of B ahead for the next 4. Every row or two begins
// another page of memory, whose address the processor must look up; and if the length of a row is a power of two, rows
// fall into the same few places of the cache and push one another out, however small the block is. In a panel, what is
// read next is what lies next:
//
//     B, 7 columns     0  1  2  3  4  5  6      panels for tiles of 4 columns:   0  1  2  3      4  5  6  -
//                      7  8  9 10 11 12 13                                       7  8  9 10     11 12 13  -
//                     14 15 16 17 18 19 20                                      14 15 16 17     18 19 20  -
//
// Padding (-, zeros) makes the last panel as wide as a tile, so no column needs a slower path. And a panel need not be
// cut into blocks: with 1000 rows of 4 vectors of 64 bytes it is 256 KB in one piece, which the second cache holds, and
// the sums stay in registers from the first term to the last.
//
// The copy is part of the product here, and of its time. Each number copied takes part in as many multiply-adds as A
// has rows: with 64 of them the copy costs about what it gains, with 1024 hardly anything. A network need not copy at
// all: src/core keeps a layer's weights in panels from the start (Layout::panels in tensor.hpp).
#include <algorithm>

#include "ladder.hpp"
#include "tile.hpp"

namespace bnlab::ladder {

std::size_t panel_count(Sizes s) { return (s.cols + kTileWidth - 1) / kTileWidth; }
std::size_t panel_size(Sizes s) { return s.terms * kTileWidth; }

void multiply_panels(Sizes s, const real* a, const real* b, real* c, std::size_t begin, std::size_t end, real* panel) {
  for (std::size_t p = begin; p < end; ++p) {
    const std::size_t j = p * kTileWidth, width = std::min(kTileWidth, s.cols - j);
    for (std::size_t k = 0; k < s.terms; ++k) {
      std::copy_n(b + k * s.cols + j, width, panel + k * kTileWidth);
      std::fill_n(panel + k * kTileWidth + width, kTileWidth - width, real{0});
    }
    for (std::size_t i = 0; i < s.rows; i += kTileHeight) {
      const std::size_t height = std::min(kTileHeight, s.rows - i);
      real* const c_tile = c + i * s.cols + j;
      real padded[kTileHeight * kTileWidth];  // what the padding gives does not belong into C
      const Part<real> result = width == kTileWidth ? Part<real>{c_tile, s.cols} : Part<real>{padded, kTileWidth};
      tile_of_height(height, s.terms, {a + i * s.terms, s.terms}, {panel, kTileWidth}, result, false);
      if (width == kTileWidth) continue;
      for (std::size_t r = 0; r < height; ++r) std::copy_n(padded + r * kTileWidth, width, c_tile + r * s.cols);
    }
  }
}

void panels(Sizes s, const real* a, const real* b, real* c, Copy& copy) {
  copy.resize(panel_size(s));
  multiply_panels(s, a, b, c, 0, panel_count(s), copy.data());
}

}  // namespace bnlab::ladder
