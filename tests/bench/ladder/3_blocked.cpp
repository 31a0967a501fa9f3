// Rung 3, blocked: the inner loop of rung 2, but all rows of A go past one block of B before the next block's turn.
//
// Rung 2 reads the whole of B for every row of C. A B of 784 x 512 floats is 1.6 MB. A core has two caches of its own,
// of some 32 KB and some 256 KB to 2 MB; when the row is done, they hold only the end of B, and the next row must fetch
// all of it again from further away. A block of B that fits is fetched once and used for every row of A, each of which
// adds to one piece of a row of C. The terms of a sum are still added in order, as the blocks of B are taken from top
// to bottom; only the sums wait in memory in between.
//
// A block of 64 rows of 2 KB, 128 KB, fits into the second cache, and the piece of C, 2 KB as well, into the first.
// Wider would be good, because every row of the block is a loop of its own that takes time to start and end; taller,
// too, because the piece of C comes and goes once for each block. But then the block would not fit everywhere.
#include <algorithm>

#include "ladder.hpp"

namespace bnlab::ladder {
void blocked(Sizes s, const real* a, const real* b, real* c) {
  std::fill_n(c, s.rows * s.cols, real{0});
  for (std::size_t first_j = 0; first_j < s.cols; first_j += kBlockCols) {
    const std::size_t width = std::min(kBlockCols, s.cols - first_j);
    for (std::size_t first_k = 0; first_k < s.terms; first_k += kBlockTerms) {
      const std::size_t last_k = std::min(first_k + kBlockTerms, s.terms);
      for (std::size_t i = 0; i < s.rows; ++i) {
        real* const c_i = c + i * s.cols + first_j;
        for (std::size_t k = first_k; k < last_k; ++k) {
          const real a_ik = a[i * s.terms + k];
          const real* const b_k = b + k * s.cols + first_j;
          BNLAB_INDEPENDENT
          for (std::size_t j = 0; j < width; ++j) c_i[j] += a_ik * b_k[j];
        }
      }
    }
  }
}

}  // namespace bnlab::ladder
