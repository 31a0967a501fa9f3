// Rung 2, loop order: the loops over j and k change places.
//
// Now the inner loop runs along a row of B and a row of C. Both are read front to back, so every number of a cache line
// is used, and the processor sees what comes next and fetches it ahead. And neighbouring entries of C are independent
// sums: the compiler adds to a vector of them (16 floats with AVX-512) with one instruction, and no addition waits for
// the one before. Each entry still gets its terms in the order k = 0, 1, 2, …: what changes is only which sums are
// worked on in between.
#include <algorithm>

#include "ladder.hpp"

namespace bnlab::ladder {

void loop_order(Sizes s, const real* a, const real* b, real* c) {
  std::fill_n(c, s.rows * s.cols, real{0});
  for (std::size_t i = 0; i < s.rows; ++i) {
    real* const c_i = c + i * s.cols;
    for (std::size_t k = 0; k < s.terms; ++k) {
      const real a_ik = a[i * s.terms + k];
      const real* const b_k = b + k * s.cols;
      BNLAB_INDEPENDENT  // the compiler cannot know that B and C do not overlap
          for (std::size_t j = 0; j < s.cols; ++j) c_i[j] += a_ik * b_k[j];
    }
  }
}

}  // namespace bnlab::ladder
