// The fast matrix products. Read matmul_naive.cpp first. Three ideas make the difference, and docs/performance.md
// explains them one step at a time.
//
// 1. Registers. The product is computed in tiles whose sums are kept in vector registers (matmul_tile.cpp).
// 2. Panels. The right operand is stored so that a tile reads it in the order of memory (Layout::panels). Weights are
//    always stored this way; dy is copied to panels once per product.
// 3. Blocks. The order of the tiles keeps what they share in the caches: a block of rows of the left operand is
//    multiplied by one panel after another, before the next block begins (`for_each_tile`).
//
// All three products are the same loop over tiles, T[M, J] = Σ_k A(m, k) B(k, j). They differ in where A(m, k) is read
// and where the tile of T is written.
#include "bnlab/core/matmul.hpp"

#include <algorithm>

#include "bnlab/core/error.hpp"
#include "bnlab/core/matmul_tile.hpp"
#include "bnlab/core/transpose.hpp"

namespace bnlab {
namespace {

constexpr std::size_t kMaxTilesInBlock = 16;        // 96 rows
constexpr std::size_t kMinWorkPerThread = 200'000;  // multiply-adds for which it pays to wake a thread
constexpr std::size_t kTransposeGrain = 256;        // columns that a thread transposes at least: a multiple of kLanes

std::size_t divide_rounding_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

// Calls body(first row, rows, panel) for every tile of a result [rows, panels]: block by block, within a block panel by
// panel, within a panel tile by tile. The tiles are divided between the threads.
template <class Body>
void for_each_tile(std::size_t rows, std::size_t panels, std::size_t multiply_adds, ThreadPool* threads, Body body) {
  const std::size_t tiles = divide_rounding_up(rows, kTileRows);  // in one panel
  const std::size_t blocks = divide_rounding_up(tiles, kMaxTilesInBlock);
  const std::size_t in_block = divide_rounding_up(tiles, std::max<std::size_t>(blocks, 1));
  const std::size_t all = blocks * panels * in_block;
  const std::size_t work = std::max<std::size_t>(multiply_adds, 1);
  const std::size_t grain = std::max<std::size_t>(1, all * kMinWorkPerThread / work);
  parallel_for(threads, all, grain, [&](std::size_t begin, std::size_t end) {
    std::size_t block = begin / in_block / panels;
    std::size_t panel = begin / in_block % panels;
    std::size_t t = begin % in_block;
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t row = (block * in_block + t) * kTileRows;
      if (row < rows) body(row, std::min(kTileRows, rows - row), panel);
      // Counters instead of divisions of i: a division per tile would take a tenth of the time.
      ++t;
      if (t == in_block) {
        t = 0;
        ++panel;
      }
      if (panel == panels) {
        panel = 0;
        ++block;
      }
    }
  });
}

void expect_shape(const char* product, const Tensor& t, std::size_t rows, std::size_t cols, Layout layout) {
  if (t.rows() == rows && t.cols() == cols && t.layout() == layout) return;
  const char* expected = layout == Layout::panels ? "in panels" : "row by row";
  const char* found = t.layout() == Layout::panels ? " in panels" : "";
  fail("%s: expected a matrix [%zu, %zu] %s, got %s%s", product, rows, cols, expected, t.shape().c_str(), found);
}

void resize_in_panels(Tensor& t, std::size_t rows, std::size_t cols) {
  if (t.layout() != Layout::panels) t = Tensor({rows, cols}, Layout::panels);
  t.resize({rows, cols});
}

// scratch = m in panels.
void copy_to_panels(const Tensor& m, Tensor& scratch, ThreadPool* threads) {
  resize_in_panels(scratch, m.rows(), m.cols());
  parallel_for(threads, scratch.panels(), 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) {
      const std::size_t first = p * kPanelWidth;
      const std::size_t width = std::min(kPanelWidth, m.cols() - first);
      const std::size_t padding = scratch.panel_width(p) - width;
      for (std::size_t n = 0; n < m.rows(); ++n) {
        real* to = &scratch(n, first);
        std::copy_n(m.row(n) + first, width, to);
        std::fill_n(to + width, padding, real{0});
      }
    }
  });
}

// to[cols, rows] = fromᵀ, where `from` is row-major; `to_panels` is in panels.
void transpose_to_panels(const Tensor& from, Tensor& to_panels, ThreadPool* threads) {
  const std::size_t rows = from.rows(), cols = from.cols();
  parallel_for(threads, cols, kTransposeGrain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = 0; p < to_panels.panels(); ++p) {
      const std::size_t first = p * kPanelWidth;
      const std::size_t width = std::min(kPanelWidth, rows - first);
      transpose(from.row(first) + begin, cols, &to_panels(begin, first), to_panels.panel_width(p), width, end - begin);
    }
  });
}

// to[cols, rows] = fromᵀ, where `from` is in panels and `to` is row-major.
void transpose_from_panels(const Tensor& from_panels, Tensor& to, ThreadPool* threads) {
  const std::size_t rows = from_panels.rows(), cols = from_panels.cols();
  parallel_for(threads, rows, kTransposeGrain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = 0; p < from_panels.panels(); ++p) {
      const std::size_t first = p * kPanelWidth;
      const std::size_t width = std::min(kPanelWidth, cols - first);
      const real* from = from_panels.stored().data() + from_panels.index(begin, first);
      transpose(from, from_panels.panel_width(p), to.row(first) + begin, rows, end - begin, width);
    }
  });
}

// scratch[out, in] = wᵀ, both in panels.
void transpose_panels(const Tensor& w, Tensor& scratch) {
  resize_in_panels(scratch, w.cols(), w.rows());
  for (std::size_t i = 0; i < w.rows(); i += kPanelWidth) {
    for (std::size_t j = 0; j < w.cols(); j += kPanelWidth) {
      const std::size_t height = std::min(kPanelWidth, w.rows() - i);
      const std::size_t width = std::min(kPanelWidth, w.cols() - j);
      transpose(w.stored().data() + w.index(i, j), w.panel_width(j / kPanelWidth), &scratch(j, i),
                scratch.panel_width(i / kPanelWidth), height, width);
    }
  }
}

}  // namespace

// A(n, i) = x(n, i) and B = w. A tile is written directly to y, except in the last panel if it has padding.
void matmul(const Tensor& x, const Tensor& w, Tensor& y, ThreadPool* threads) {
  const std::size_t rows = x.rows(), in = x.cols(), out = w.cols();
  expect_shape("matmul: x", x, rows, in, Layout::row_major);
  expect_shape("matmul: w", w, in, out, Layout::panels);
  expect_shape("matmul: y", y, rows, out, Layout::row_major);
  for_each_tile(rows, w.panels(), rows * in * out, threads, [&](std::size_t n, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth;
    const std::size_t width = w.panel_width(p);
    const LeftOperand a{.data = x.row(n), .row_step = in, .sum_step = 1};
    const real* b = w.stored().data() + w.index(0, first);
    const TileKernel kernel = tile_kernel(height, width);
    if (first + width <= out) {
      kernel(in, a, b, y.row(n) + first, out, false);
      return;
    }
    real padded[kTileRows * kPanelWidth];
    kernel(in, a, b, padded, kPanelWidth, false);
    for (std::size_t r = 0; r < height; ++r) std::copy_n(padded + r * kPanelWidth, out - first, y.row(n + r) + first);
  });
}

// A(i, n) = x(n, i) and B = dy, copied to panels. dw is in panels, with padding.
//
// In a column of x every number is in another cache line and, if N is large, in another memory page. So x is transposed
// first, unless dw is a single panel.
void matmul_tn(const Tensor& x, const Tensor& dy, Tensor& dw, Scratch& scratch, ThreadPool* threads) {
  const std::size_t rows = x.rows(), in = x.cols(), out = dy.cols();
  expect_shape("matmul_tn: x", x, rows, in, Layout::row_major);
  expect_shape("matmul_tn: dy", dy, rows, out, Layout::row_major);
  expect_shape("matmul_tn: dw", dw, in, out, Layout::panels);
  Tensor& xt = scratch.x_transposed;
  Tensor& b = scratch.dy;
  const bool transposed = dw.panels() > 1;
  if (transposed) {
    xt.resize({in, rows});
    parallel_for(threads, in, kTransposeGrain, [&](std::size_t begin, std::size_t end) {
      transpose(x.row(0) + begin, in, xt.row(begin), rows, rows, end - begin);
    });
  }
  copy_to_panels(dy, b, threads);
  for_each_tile(in, dw.panels(), rows * in * out, threads, [&](std::size_t i, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth;
    const std::size_t width = dw.panel_width(p);
    const LeftOperand a = transposed ? LeftOperand{.data = xt.row(i), .row_step = rows, .sum_step = 1}
                                     : LeftOperand{.data = x.row(0) + i, .row_step = 1, .sum_step = in};
    tile_kernel(height, width)(rows, a, &b(0, first), &dw(i, first), width, false);
  });
}

// The right operand would be wᵀ. If w is a single panel, as in an output layer, it is transposed. Otherwise dy and dx
// are: dxᵀ[in, N] = w[in, out] · dyᵀ[out, N], so that w is the left operand and stays in its panels. A tile accumulates
// its sums over one panel of w after another. Both ways add the same terms in the same order.
void matmul_nt(const Tensor& dy, const Tensor& w, Tensor& dx, Scratch& scratch, ThreadPool* threads) {
  const std::size_t rows = dy.rows(), out = dy.cols(), in = w.rows();
  expect_shape("matmul_nt: w", w, in, out, Layout::panels);
  expect_shape("matmul_nt: dx", dx, rows, in, Layout::row_major);
  if (w.panels() == 1) {
    transpose_panels(w, scratch.w_transposed);
    matmul(dy, scratch.w_transposed, dx, threads);
    return;
  }
  Tensor& b = scratch.dy_transposed;
  Tensor& t = scratch.dx_transposed;
  resize_in_panels(b, out, rows);
  resize_in_panels(t, in, rows);
  transpose_to_panels(dy, b, threads);
  for_each_tile(in, t.panels(), rows * in * out, threads, [&](std::size_t i, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth;
    const std::size_t width = t.panel_width(p);
    for (std::size_t q = 0; q < w.panels(); ++q) {
      const std::size_t j = q * kPanelWidth;
      const std::size_t terms = std::min(kPanelWidth, out - j);
      const real* data = w.stored().data() + w.index(i, j);
      const LeftOperand a{.data = data, .row_step = w.panel_width(q), .sum_step = 1};
      tile_kernel(height, width)(terms, a, &b(j, first), &t(i, first), width, q > 0);
    }
  });
  transpose_from_panels(t, dx, threads);
}

}  // namespace bnlab
