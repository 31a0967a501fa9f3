// The fast matrix products. Read matmul_naive.cpp first; three ideas separate this file from it.
//
// 1. Registers. The triple loop loads two numbers for each multiply-add. A tile of kTileRows x kPanelWidth results
//    kept in vector registers reuses each number loaded: per step of the sum it loads one panel row (2 vectors) and
//    kTileRows single numbers, and does 2 * kTileRows vector multiply-adds with them (`tile`).
// 2. Panels. The right operand is stored so that a tile reads it from front to back (Layout::panels), whatever
//    its number of columns. Weights are always stored so; what is not (dy) is copied, once per product.
// 3. Blocks. Tiles are visited so that what they share stays in the nearest cache: kBlockRows rows of the left
//    operand, times one panel after another, before the next rows (`for_each_tile`).
//
// All three products are the same loop over tiles, T[M, J] = Σ_k A(m, k) B(k, j): they differ in where A(m, k) is found
// and where the tile of T goes. See the three functions at the end.
#include "bnlab/core/matmul.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "bnlab/core/error.hpp"

#if defined(__clang__)
#define BNLAB_UNROLL _Pragma("clang loop unroll(full)")
#else
#define BNLAB_UNROLL _Pragma("GCC unroll 16")
#endif

namespace bnlab {
namespace {

typedef real vec __attribute__((vector_size(kVectorBytes)));
// The same vector where memory need not be aligned to it.
typedef real unaligned_vec __attribute__((vector_size(kVectorBytes), aligned(alignof(real)), may_alias));

constexpr std::size_t kBlockRows = 8 * kTileRows;

// The left operand as a tile sees it: entry (m, k) is at data[m * row_step + k * sum_step].
struct Left {
  const real* data;
  std::size_t row_step, sum_step;
};

// t[r][0 … Vectors * kLanes) (+)= Σ_{k < terms} A(r, k) · b[k * b_step + …], for r < Rows. The sums live in registers:
// Rows and Vectors are known to the compiler, which unrolls both inner loops.
template <std::size_t Rows, std::size_t Vectors>
void tile(std::size_t terms, Left a, const real* b, std::size_t b_step, real* t, std::size_t t_step, bool add) {
  vec sum[Rows][Vectors];
  BNLAB_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) {
      sum[r][v] = add ? vec(*reinterpret_cast<const unaligned_vec*>(t + r * t_step + v * kLanes)) : vec{};
    }
  }
  for (std::size_t k = 0; k < terms; ++k) {
    vec b_k[Vectors];
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) b_k[v] = *reinterpret_cast<const unaligned_vec*>(b + v * kLanes);
    BNLAB_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
      BNLAB_UNROLL
      for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] += a.data[r * a.row_step] * b_k[v];
    }
    a.data += a.sum_step, b += b_step;
  }
  BNLAB_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) {
      *reinterpret_cast<unaligned_vec*>(t + r * t_step + v * kLanes) = sum[r][v];
    }
  }
}

// The tile of every height, 1 … kTileRows, and width, 1 or 2 vectors: fast_tiles[rows - 1][vectors - 1].
using Tile = void (*)(std::size_t, Left, const real*, std::size_t, real*, std::size_t, bool);
template <std::size_t... R>
constexpr auto all_tiles(std::index_sequence<R...>) {
  return std::array<std::array<Tile, 2>, sizeof...(R)>{{{tile<R + 1, 1>, tile<R + 1, 2>}...}};
}
constexpr auto fast_tiles = all_tiles(std::make_index_sequence<kTileRows>());

// Calls body(first row, rows, panel) for every tile of a [rows, panels] result: block after block, in it panel after
// panel, in it tile after tile. Threads share out the panels of a block, or tiles where there are few panels.
template <class Body>
void for_each_tile(std::size_t rows, std::size_t panels, std::size_t multiply_adds, ThreadPool* threads, Body body) {
  const std::size_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  constexpr std::size_t tiles = kBlockRows / kTileRows;  // of a block's panel
  const std::size_t all = blocks * panels * tiles;
  // A thread is worth waking for some 200,000 multiply-adds.
  const std::size_t grain = std::max<std::size_t>(1, all * 200'000 / std::max<std::size_t>(multiply_adds, 1));
  parallel_for(threads, all, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t block = i / (panels * tiles), panel = i / tiles % panels;
      const std::size_t row = block * kBlockRows + i % tiles * kTileRows;
      if (row < rows) body(row, std::min(kTileRows, rows - row), panel);
    }
  });
}

void expect_shape(const char* product, const Tensor& t, std::size_t rows, std::size_t cols, Layout layout) {
  if (t.rows() == rows && t.cols() == cols && t.layout() == layout) return;
  fail("%s: expected a matrix [%zu, %zu] %s, got %s%s", product, rows, cols,
       layout == Layout::panels ? "in panels" : "row by row", t.shape().c_str(),
       t.layout() == Layout::panels ? " in panels" : "");
}

// scratch = m in panels.
void copy_to_panels(const Tensor& m, Tensor& scratch, ThreadPool* threads) {
  if (scratch.layout() != Layout::panels) scratch = Tensor({m.rows(), m.cols()}, Layout::panels);
  scratch.resize({m.rows(), m.cols()});
  parallel_for(threads, scratch.panels(), 4, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p) {
      const std::size_t first = p * kPanelWidth, width = std::min(kPanelWidth, m.cols() - first);
      for (std::size_t n = 0; n < m.rows(); ++n) {
        real* to = &scratch(n, first);
        std::copy_n(m.row(n) + first, width, to);
        std::fill_n(to + width, scratch.panel_width(p) - width, real{0});
      }
    }
  });
}

// scratch[cols, rows] = mᵀ in panels.
void copy_transposed_to_panels(const Tensor& m, Tensor& scratch, ThreadPool* threads) {
  if (scratch.layout() != Layout::panels) scratch = Tensor({m.cols(), m.rows()}, Layout::panels);
  scratch.resize({m.cols(), m.rows()});
  const std::size_t stored_cols = round_up(m.rows(), kLanes);
  parallel_for(threads, m.cols(), 64, [&](std::size_t begin, std::size_t end) {
    for (std::size_t n = 0; n < stored_cols; ++n) {
      for (std::size_t j = begin; j < end; ++j) scratch(j, n) = n < m.rows() ? m(n, j) : real{0};
    }
  });
}

}  // namespace

// A(n, i) = x(n, i); B = w; a tile of y is stored as it is, but for the padding of the last panel.
void matmul(const Tensor& x, const Tensor& w, Tensor& y, ThreadPool* threads) {
  const std::size_t rows = x.rows(), in = x.cols(), out = w.cols();
  expect_shape("matmul: x", x, rows, in, Layout::row_major);
  expect_shape("matmul: w", w, in, out, Layout::panels);
  expect_shape("matmul: y", y, rows, out, Layout::row_major);
  for_each_tile(rows, w.panels(), rows * in * out, threads, [&](std::size_t n, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth, width = w.panel_width(p);
    const Left a{x.row(n), in, 1};
    const Tile fast_tile = fast_tiles[height - 1][width / kLanes - 1];
    const real* b = w.stored().data() + w.index(0, first);
    if (first + width <= out) return fast_tile(in, a, b, width, y.row(n) + first, out, false);
    real padded[kTileRows * kPanelWidth];
    fast_tile(in, a, b, width, padded, kPanelWidth, false);
    for (std::size_t r = 0; r < height; ++r) std::copy_n(padded + r * kPanelWidth, out - first, y.row(n + r) + first);
  });
}

// A(i, n) = x(n, i), so the tile's rows are columns of x; B = dy, copied to panels; dw is in panels, padding and all.
void matmul_tn(const Tensor& x, const Tensor& dy, Tensor& dw, Tensor& scratch, ThreadPool* threads) {
  const std::size_t rows = x.rows(), in = x.cols(), out = dy.cols();
  expect_shape("matmul_tn: x", x, rows, in, Layout::row_major);
  expect_shape("matmul_tn: dy", dy, rows, out, Layout::row_major);
  expect_shape("matmul_tn: dw", dw, in, out, Layout::panels);
  copy_to_panels(dy, scratch, threads);
  for_each_tile(in, dw.panels(), rows * in * out, threads, [&](std::size_t i, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth, width = dw.panel_width(p);
    fast_tiles[height - 1][width / kLanes - 1](rows, Left{x.row(0) + i, 1, in}, &scratch(0, first), width,
                                               &dw(i, first), width, false);
  });
}

// Transposed, dxᵀ[in, N] = w[in, out] · dyᵀ[out, N]: then w is the left operand and can stay in its panels. A tile sums
// over one panel of w after another, and is written to dx transposed.
void matmul_nt(const Tensor& dy, const Tensor& w, Tensor& dx, Tensor& scratch, ThreadPool* threads) {
  const std::size_t rows = dy.rows(), out = dy.cols(), in = w.rows();
  expect_shape("matmul_nt: w", w, in, out, Layout::panels);
  expect_shape("matmul_nt: dx", dx, rows, in, Layout::row_major);
  copy_transposed_to_panels(dy, scratch, threads);
  for_each_tile(in, scratch.panels(), rows * in * out, threads, [&](std::size_t i, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth, width = scratch.panel_width(p);
    real t[kTileRows * kPanelWidth];
    for (std::size_t q = 0; q < w.panels(); ++q) {
      const std::size_t j = q * kPanelWidth, terms = std::min(kPanelWidth, out - j);
      const Left a{w.stored().data() + w.index(i, j), w.panel_width(q), 1};
      fast_tiles[height - 1][width / kLanes - 1](terms, a, &scratch(j, first), width, t, kPanelWidth, q > 0);
    }
    for (std::size_t n = first; n < std::min(first + width, rows); ++n) {
      for (std::size_t r = 0; r < height; ++r) dx(n, i + r) = t[r * kPanelWidth + n - first];
    }
  });
}

}  // namespace bnlab
