// The ladder: one matrix product, C = A B, as six small programs, each one idea further than the one before.
//
//   1_triple_loop.cpp   the definition                              4_registers.cpp   results are kept in registers
//   2_loop_order.cpp    the same loops, in another order            5_panels.cpp      B lies as it is read
//   3_blocked.cpp       a part of B at a time, one that fits        6_threads.cpp     all cores at once
//                       into the cache
//
// Nothing is left out for speed: every rung adds up an entry's terms in the order k = 0, 1, 2, … The src/core/matmul.cpp
// that networks are trained with stands on the ideas of all six.
#pragma once

#include <cstddef>
#include <vector>

#include "bnlab/core/tensor.hpp"
#include "bnlab/core/threads.hpp"

namespace bnlab::ladder {

// C[rows, cols] = A[rows, terms] B[terms, cols]: every entry of C is a sum of that many terms. The three lie row after
// row: A(i, k) is a[i * terms + k], B(k, j) is b[k * cols + j], C(i, j) is c[i * cols + j].
struct Sizes {
  std::size_t rows, cols, terms;
};

void triple_loop(Sizes s, const real* a, const real* b, real* c);
void loop_order(Sizes s, const real* a, const real* b, real* c);
void blocked(Sizes s, const real* a, const real* b, real* c);
void registers(Sizes s, const real* a, const real* b, real* c);

// Memory for a copy of B. The caller keeps it from product to product: new memory costs more than the copying.
using Copy = std::vector<real, AlignedAllocator<real>>;
void panels(Sizes s, const real* a, const real* b, real* c, Copy& copy);
void threads(Sizes s, const real* a, const real* b, real* c, Copy& copy, ThreadPool& pool);

// The two halves of `panels`, which `threads` shares out. Panel p is the columns p * kTileWidth and on (tile.hpp).
std::size_t panel_count(Sizes s);
void copy_panel(Sizes s, const real* b, std::size_t p, real* copy);
// `height` rows of C, from row i on, in the columns of panel p.
void multiply_tile(Sizes s, const real* a, const real* copy, real* c, std::size_t i, std::size_t height, std::size_t p);

// Multiplications and additions per second of one core that does nothing else, in thousands of millions (GFLOP/s): no
// product on one core can be faster.
double peak_gflops();

}  // namespace bnlab::ladder
