// The transpose, for sizes with and without whole squares of registers.
#include "bnlab/core/transpose.hpp"

#include <vector>

#include "support.hpp"

namespace bnlab::testing::transpose_test {

TEST_CASE("Transpose: every entry is moved, and nothing beside the result is written") {
  for (const std::size_t rows : {std::size_t{1}, kLanes - 1, kLanes, kLanes + 1, 3 * kLanes + 2}) {
    for (const std::size_t cols : {std::size_t{1}, kLanes - 1, kLanes, 2 * kLanes, 2 * kLanes + 3}) {
      CAPTURE(rows);
      CAPTURE(cols);
      const std::size_t from_step = cols + 3, to_step = rows + 2;
      std::vector<real> from(rows * from_step), to(cols * to_step, -1);
      for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<real>(i);
      transpose(from.data(), from_step, to.data(), to_step, rows, cols);
      std::size_t wrong = 0;
      for (std::size_t j = 0; j < cols; ++j) {
        for (std::size_t i = 0; i < to_step; ++i) {
          const real expected = i < rows ? from[i * from_step + j] : -1;
          wrong += to[j * to_step + i] != expected;
        }
      }
      CHECK(wrong == 0);
    }
  }
}

}  // namespace bnlab::testing::transpose_test
