// What one core can do at most: multiply-adds on vectors that never leave the registers.
#include <chrono>

#include "ladder.hpp"
#include "tile.hpp"

namespace bnlab::ladder {

double peak_gflops() {
  constexpr std::size_t steps = 400'000;
  // As many sums as a tile has: enough that none waits for itself, few enough for the registers.
  vec sum[kTileHeight][kTileVectors] = {}, x = vec{} + real{0.5}, y = x;
  const auto begin = std::chrono::steady_clock::now();
  // Says that these may have been changed in memory: a compiler that knew x and y would compute the end result itself.
  asm volatile("" : "+m"(x), "+m"(y));
  for (std::size_t step = 0; step < steps; ++step) {
    LADDER_UNROLL
    for (std::size_t r = 0; r < kTileHeight; ++r) {
      LADDER_UNROLL
      for (std::size_t v = 0; v < kTileVectors; ++v) sum[r][v] = sum[r][v] * x + y;
    }
  }
  // Says that the result is used, before the clock is read: otherwise the loop would be left out.
  asm volatile("" : "+m"(sum));
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  return 2e-9 * static_cast<double>(steps * kTileHeight * kTileWidth) / time.count();
}

}  // namespace bnlab::ladder
