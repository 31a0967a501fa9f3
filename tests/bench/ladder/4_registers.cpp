// Rung 4, registers: a tile of C, 6 rows by 4 vectors, stays in vector registers while a block's terms are added to it.
//
// For each vector of multiply-adds, the inner loop of rungs 2 and 3 loads a vector of B and one of C, and stores the
// one of C. The processor could do two multiply-adds in a cycle, but in the same cycle it loads at most two vectors
// (some: three) and stores one: it is busy carrying. A tile (tile.hpp) keeps its 24 vectors of sums where the
// arithmetic happens. For each k it loads 4 vectors of B and 6 numbers of A and does 24 multiply-adds with them: each
// vector of B is used 6 times, each number of A 4 times. That many sums are needed for another reason, too: a
// multiply-add takes some four cycles, so to begin two in every cycle there must be eight or more that do not wait for
// one another. (Where there are only 16 registers a tile is 6 by 2.)
//
// All else is as in rung 3, but that the tile takes the place of the inner loop: the blocks of B are the same, and the
// sums wait in memory between one block and the next. That is 24 vectors loaded and stored once for 64 terms.
#include <algorithm>

#include "ladder.hpp"
#include "tile.hpp"

namespace bnlab::ladder {
namespace {

// The columns from first_j on, which are too few for a tile: rung 2's loop.
void remaining_columns(Sizes s, const real* a, const real* b, real* c, std::size_t first_j) {
  for (std::size_t i = 0; i < s.rows; ++i) {
    real* const c_i = c + i * s.cols;
    std::fill(c_i + first_j, c_i + s.cols, real{0});
    for (std::size_t k = 0; k < s.terms; ++k) {
      BNLAB_INDEPENDENT
      for (std::size_t j = first_j; j < s.cols; ++j) c_i[j] += a[i * s.terms + k] * b[k * s.cols + j];
    }
  }
}

}  // namespace

void registers(Sizes s, const real* a, const real* b, real* c) {
  const std::size_t tiled_cols = s.cols / kTileWidth * kTileWidth;
  for (std::size_t first_j = 0; first_j < tiled_cols; first_j += kBlockCols) {
    const std::size_t last_j = std::min(first_j + kBlockCols, tiled_cols);
    for (std::size_t k = 0; k < s.terms; k += kBlockTerms) {
      for (std::size_t i = 0; i < s.rows; i += kTileHeight) {
        const std::size_t height = std::min(kTileHeight, s.rows - i), terms = std::min(kBlockTerms, s.terms - k);
        for (std::size_t j = first_j; j < last_j; j += kTileWidth) {
          tile_of_height(height, terms, {a + i * s.terms + k, s.terms}, {b + k * s.cols + j, s.cols},
                         {c + i * s.cols + j, s.cols}, k > 0);
        }
      }
    }
  }
  remaining_columns(s, a, b, c, tiled_cols);
}

}  // namespace bnlab::ladder
