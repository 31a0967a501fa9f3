// The ladder: one matrix product, C = A B, as six small programs, each one idea further than the one before.
//
//   1_triple_loop.cpp   the definition                              4_registers.cpp   sums are kept in registers
//   2_loop_order.cpp    the same loops, in another order            5_panels.cpp      B lies as it is read
//   3_blocked.cpp       a part of B at a time, one that fits        6_threads.cpp     all cores at once
//                       into the cache
//
// Nothing is left out for speed: every rung adds up an entry's terms in the order k = 0, 1, 2, … The
// src/core/matmul.cpp that networks are trained with stands on the ideas of all six.
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

// A block of B in rungs 3 and 4: 128 KB.
inline constexpr std::size_t kBlockTerms = 64, kBlockCols = 2048 / sizeof(real);
void blocked(Sizes s, const real* a, const real* b, real* c);
void registers(Sizes s, const real* a, const real* b, real* c);

// Memory for copies of B. The caller keeps it from product to product: new memory costs more than the copying.
using Copy = std::vector<real, AlignedAllocator<real>>;
void panels(Sizes s, const real* a, const real* b, real* c, Copy& copy);
void threads(Sizes s, const real* a, const real* b, real* c, Copy& copy, ThreadPool& pool);

// What rung 5 does with all panels, and each thread of rung 6 with some: the columns of C in panels begin … end - 1.
// The panel at hand is copied to `panel`, of panel_size(s) numbers.
std::size_t panel_count(Sizes s);
std::size_t panel_size(Sizes s);
void multiply_panels(Sizes s, const real* a, const real* b, real* c, std::size_t begin, std::size_t end, real* panel);

// Multiplications and additions per second of one core that does nothing else, in thousands of millions (GFLOP/s): no
// product on one core can be faster.
double peak_gflops();

}  // namespace bnlab::ladder
