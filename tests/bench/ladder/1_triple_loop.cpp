// Rung 1, triple loop: the definition, C(i, j) = Σ_k A(i, k) B(k, j), as anybody would write it first.
//
// It is slow for two reasons. The inner loop reads B down a column: each number is a whole row further on in memory, so
// that of every cache line (64 bytes: 16 floats) fetched one number is used, and by the time its neighbours are wanted
// it is often gone. And each addition must wait for the one before (some four cycles), as `sum` is one number; the
// compiler may not split it into several sums, because rounding would make the result another one.
#include "ladder.hpp"

namespace bnlab::ladder {

void triple_loop(Sizes s, const real* a, const real* b, real* c) {
  for (std::size_t i = 0; i < s.rows; ++i) {
    for (std::size_t j = 0; j < s.cols; ++j) {
      real sum = 0;
      for (std::size_t k = 0; k < s.terms; ++k) sum += a[i * s.terms + k] * b[k * s.cols + j];
      c[i * s.cols + j] = sum;
    }
  }
}

}  // namespace bnlab::ladder
