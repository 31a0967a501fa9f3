// Rung 6, threads: the panels of rung 5, with all their tiles, shared out among the processor's cores.
//
// Tiles are independent of one another: no two write the same entry of C, and what they read, nobody changes. So any
// core may do any tile. No sum is cut in two, hence the result has the same bits with any number of threads. Whole
// panels are shared out, so that each is copied once, by the thread that uses it, into that core's own cache; nobody
// waits for anybody before the end.
//
// With fewer panels than cores some have nothing to do, as for the 10 columns of a last layer. src/core shares out the
// tiles of a panel as well, which is easy where panels need no copying.
#include "ladder.hpp"

namespace bnlab::ladder {

void threads(Sizes s, const real* a, const real* b, real* c, Copy& copy, ThreadPool& pool) {
  copy.resize(panel_count(s) * panel_size(s));
  parallel_for(&pool, panel_count(s), 1, [&](std::size_t begin, std::size_t end) {
    // Memory that is this range's alone, as no two ranges begin with the same panel.
    multiply_panels(s, a, b, c, begin, end, copy.data() + begin * panel_size(s));
  });
}

}  // namespace bnlab::ladder
