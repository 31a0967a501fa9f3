#include "bnlab/core/transpose.hpp"

#include <utility>

namespace bnlab {
namespace {

// Interleaving a0 a1 … and b0 b1 … gives a0 b0 a1 b1 …: the first and the second half of that.
template <std::size_t... I>
vec interleaved_first(vec a, vec b, std::index_sequence<I...>) {
  return __builtin_shufflevector(a, b, (I / 2 + I % 2 * kLanes)...);
}
template <std::size_t... I>
vec interleaved_second(vec a, vec b, std::index_sequence<I...>) {
  return __builtin_shufflevector(a, b, (kLanes / 2 + I / 2 + I % 2 * kLanes)...);
}

// to[j][i] = from[i][j] for i, j < kLanes, in registers.
//
// Take the square as one sequence of kLanes² numbers. Each round interleaves its two halves, as in a perfect shuffle of
// cards. In binary, the position of a number is the digits of its row, then those of its column; a round moves the
// first digit to the end. After log2(kLanes) rounds, row and column are exchanged.
void transpose_square(const real* from, std::size_t from_step, real* to, std::size_t to_step) {
  constexpr auto lanes = std::make_index_sequence<kLanes>();
  vec rows[kLanes], shuffled[kLanes];
  BNLAB_UNROLL
  for (std::size_t i = 0; i < kLanes; ++i) rows[i] = load_vec(from + i * from_step);
  BNLAB_UNROLL
  for (std::size_t round = 1; round < kLanes; round *= 2) {
    BNLAB_UNROLL
    for (std::size_t i = 0; i < kLanes / 2; ++i) {
      shuffled[2 * i] = interleaved_first(rows[i], rows[i + kLanes / 2], lanes);
      shuffled[2 * i + 1] = interleaved_second(rows[i], rows[i + kLanes / 2], lanes);
    }
    BNLAB_UNROLL
    for (std::size_t i = 0; i < kLanes; ++i) rows[i] = shuffled[i];
  }
  BNLAB_UNROLL
  for (std::size_t i = 0; i < kLanes; ++i) store_vec(to + i * to_step, rows[i]);
}

}  // namespace

void transpose(const real* from, std::size_t from_step, real* to, std::size_t to_step, std::size_t rows,
               std::size_t cols) {
  const std::size_t square_rows = rows - rows % kLanes;
  const std::size_t square_cols = cols - cols % kLanes;
  for (std::size_t i = 0; i < square_rows; i += kLanes) {
    for (std::size_t j = 0; j < square_cols; j += kLanes) {
      transpose_square(from + i * from_step + j, from_step, to + j * to_step + i, to_step);
    }
  }
  // The columns beside the squares, and the rows below them.
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = i < square_rows ? square_cols : 0; j < cols; ++j) {
      to[j * to_step + i] = from[i * from_step + j];
    }
  }
}

}  // namespace bnlab
