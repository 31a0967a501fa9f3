// The transpose of a matrix, for the fast matrix product.
#pragma once

#include "bnlab/core/simd.hpp"

namespace bnlab {

// to[j][i] = from[i][j] for i < rows, j < cols. Consecutive rows are `from_step` and `to_step` numbers apart.
void transpose(const real* from, std::size_t from_step, real* to, std::size_t to_step, std::size_t rows,
               std::size_t cols);

}  // namespace bnlab
