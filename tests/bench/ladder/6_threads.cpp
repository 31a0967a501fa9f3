// Rung 6, threads: the panels and tiles of rung 5, shared out among the processor's cores.
//
// Tiles are independent of one another: no two write the same entry of C, and what they read, nobody changes. So any
// core may do any tile. No sum is cut in two, hence the result has the same bits with any number of threads. The copy is
// shared out as well: were it left to one core, all others would wait for it. The loop over the tiles begins when the
// last panel is copied, as parallel_for returns only then.
#include <algorithm>

#include "ladder.hpp"
#include "tile.hpp"

namespace bnlab::ladder {

void threads(Sizes s, const real* a, const real* b, real* c, Copy& copy, ThreadPool& pool) {
  copy.resize(panel_count(s) * kTileWidth * s.terms);
  parallel_for(&pool, panel_count(s), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) copy_panel(s, b, p, copy.data());
  });
  // Tiles are numbered down one panel, then down the next, so that a thread's range of them is neighbours, which read
  // the same panel.
  const std::size_t tiles_of_panel = (s.rows + kTileHeight - 1) / kTileHeight;
  parallel_for(&pool, panel_count(s) * tiles_of_panel, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t tile = begin; tile < end; ++tile) {
      const std::size_t p = tile / tiles_of_panel, i = tile % tiles_of_panel * kTileHeight;
      multiply_tile(s, a, copy.data(), c, i, std::min(kTileHeight, s.rows - i), p);
    }
  });
}

}  // namespace bnlab::ladder
