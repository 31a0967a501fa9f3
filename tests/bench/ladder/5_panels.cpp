// Rung 5, panels: B is first copied into panels as wide as a tile, each stored row after row.
//
// The tile of rung 4 reads 4 vectors of B, then jumps a whole row of B ahead for the next 4. Every row or two begins
// another page of memory, whose address the processor must look up; and if the length of a row is a power of two, rows
// fall into the same few places of the cache and push one another out, however small the block is. In a panel, what is
// read next is what lies next:
//
//     columns  0..3     4..6          (a tile of 4 columns; the last panel is padded with zeros)
//      row 0 | 0 1 2 3 | 12 13 14 0
//      row 1 | 4 5 6 7 | 16 ...
//      row 2 | 8 ...
//
// The padding makes every panel as wide as a tile, so no column needs a slower path.
//
// The copy is part of the product here, and of its time. Each number copied takes part in as many multiply-adds as A has
// rows: with 64 of them the copy shows, with 1024 hardly. A network need not copy at all: src/core keeps a layer's
// weights in panels from the start (Layout::panels in tensor.hpp).
#include <algorithm>

#include "ladder.hpp"
#include "tile.hpp"

namespace bnlab::ladder {

std::size_t panel_count(Sizes s) { return (s.cols + kTileWidth - 1) / kTileWidth; }

void copy_panel(Sizes s, const real* b, std::size_t p, real* copy) {
  const std::size_t first_j = p * kTileWidth, width = std::min(kTileWidth, s.cols - first_j);
  real* to = copy + first_j * s.terms;  // the panels before it hold that many numbers
  for (std::size_t k = 0; k < s.terms; ++k, to += kTileWidth) {
    std::copy_n(b + k * s.cols + first_j, width, to);
    std::fill(to + width, to + kTileWidth, real{0});
  }
}

void multiply_tile(Sizes s, const real* a, const real* copy, real* c, std::size_t i, std::size_t height,
                   std::size_t p) {
  const std::size_t first_j = p * kTileWidth, width = std::min(kTileWidth, s.cols - first_j);
  const Part<const real> rows_of_a{a + i * s.terms, s.terms}, panel{copy + first_j * s.terms, kTileWidth};
  real* const to = c + i * s.cols + first_j;
  if (width == kTileWidth) return tile_of_height(height, s.terms, rows_of_a, panel, {to, s.cols});
  // What the padding gives does not belong into C.
  real padded[kTileHeight * kTileWidth];
  tile_of_height(height, s.terms, rows_of_a, panel, {padded, kTileWidth});
  for (std::size_t r = 0; r < height; ++r) std::copy_n(padded + r * kTileWidth, width, to + r * s.cols);
}

void panels(Sizes s, const real* a, const real* b, real* c, Copy& copy) {
  copy.resize(panel_count(s) * kTileWidth * s.terms);
  for (std::size_t p = 0; p < panel_count(s); ++p) {
    copy_panel(s, b, p, copy.data());
    for (std::size_t i = 0; i < s.rows; i += kTileHeight) {
      multiply_tile(s, a, copy.data(), c, i, std::min(kTileHeight, s.rows - i), p);
    }
  }
}

}  // namespace bnlab::ladder
