// Rung 4, registers: a tile of C, 6 rows by 4 vectors, stays in vector registers from the first term to the last.
//
// For each vector of multiply-adds, the inner loop of rungs 2 and 3 loads a vector of B and one of C, and stores the one
// of C. The processor could do two multiply-adds in a cycle, but in the same cycle it loads at most two vectors (some:
// three) and stores one: it is busy carrying. A tile (tile.hpp) keeps its 24 vectors of sums where the arithmetic
// happens. For each k it loads 4 vectors of B and 6 numbers of A and does 24 multiply-adds with them: each vector of B is
// used 6 times, each number of A 4 times. That many sums are needed for another reason, too: a multiply-add takes some
// four cycles, so to begin two in every cycle there must be eight or more that do not wait for one another. (Where there
// are only 16 registers a tile is 6 by 2.)
//
// It keeps rung 3's idea: the columns of B that a tile needs are a block that all rows of A use, one tile after another.
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
  std::size_t j = 0;
  for (; j + kTileWidth <= s.cols; j += kTileWidth) {
    for (std::size_t i = 0; i < s.rows; i += kTileHeight) {
      tile_of_height(std::min(kTileHeight, s.rows - i), s.terms, {a + i * s.terms, s.terms}, {b + j, s.cols},
                     {c + i * s.cols + j, s.cols});
    }
  }
  remaining_columns(s, a, b, c, j);
}

}  // namespace bnlab::ladder
