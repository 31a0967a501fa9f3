// The fast matrix products. Read matmul_naive.cpp first; three ideas separate this file from it, and docs/performance.md
// reaches them one step at a time.
//
// 1. Registers. The triple loop loads two numbers for each multiply-add. A tile of kTileRows x kPanelWidth results
//    kept in vector registers reuses each number loaded: per step of the sum it loads one panel row (kPanelVectors
//    vectors) and kTileRows single numbers, and does kTileRows * kPanelVectors vector multiply-adds with them (`tile`).
// 2. Panels. The right operand is stored so that a tile reads it from front to back (Layout::panels), whatever
//    its number of columns. Weights are always stored so; what is not (dy) is copied, once per product.
// 3. Blocks. Tiles are visited so that what they share stays in the nearer caches: a block of rows of the left operand,
//    times one panel after another, before the next rows (`for_each_tile`).
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

vec load(const real* from) { return *reinterpret_cast<const unaligned_vec*>(from); }
void store(real* to, vec v) { *reinterpret_cast<unaligned_vec*>(to) = v; }

constexpr std::size_t kMostTilesInBlock = 16;  // of one panel: 96 rows

// The left operand as a tile sees it: entry (m, k) is at data[m * row_step + k * sum_step].
struct Left {
  const real* data;
  std::size_t row_step, sum_step;
};

// t[r][0 … Vectors * kLanes) (+)= Σ_{k < terms} A(r, k) · b[k][…], for r < Rows; rows of b follow one another, those of t
// are t_step apart. The sums live in registers: Rows and Vectors are known to the compiler, which unrolls the inner loops.
template <std::size_t Rows, std::size_t Vectors>
void tile(std::size_t terms, Left a, const real* b, real* t, std::size_t t_step, bool add) {
  constexpr std::size_t kLine = kAlignment / sizeof(real);
  for (std::size_t r = 0; r < Rows && !add; ++r) {  // t is on its way to the nearest cache while the sums are computed
    for (std::size_t j = 0; j < Vectors * kLanes; j += kLine) __builtin_prefetch(t + r * t_step + j, 1);
  }
  vec sum[Rows][Vectors];
  BNLAB_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] = add ? load(t + r * t_step + v * kLanes) : vec{};
  }
  for (std::size_t k = 0; k < terms; ++k) {
    vec b_k[Vectors];
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) b_k[v] = load(b + v * kLanes);
    BNLAB_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
      BNLAB_UNROLL
      for (std::size_t v = 0; v < Vectors; ++v) sum[r][v] += a.data[r * a.row_step] * b_k[v];
    }
    a.data += a.sum_step, b += Vectors * kLanes;
  }
  BNLAB_UNROLL
  for (std::size_t r = 0; r < Rows; ++r) {
    BNLAB_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) store(t + r * t_step + v * kLanes, sum[r][v]);
  }
}

// The tile of every height and width.
using Tile = void (*)(std::size_t, Left, const real*, real*, std::size_t, bool);
template <std::size_t Rows, std::size_t... V>
constexpr std::array<Tile, kPanelVectors> tiles_of_height(std::index_sequence<V...>) {
  return {tile<Rows, V + 1>...};
}
template <std::size_t... R>
constexpr auto all_tiles(std::index_sequence<R...>) {
  return std::array{tiles_of_height<R + 1>(std::make_index_sequence<kPanelVectors>())...};
}
Tile fast_tile(std::size_t height, std::size_t width) {
  static constexpr auto tiles = all_tiles(std::make_index_sequence<kTileRows>());
  return tiles[height - 1][width / kLanes - 1];
}

// Calls body(first row, rows, panel) for every tile of a [rows, panels] result: block after block, in it panel after
// panel, in it tile after tile. Threads share them out.
template <class Body>
void for_each_tile(std::size_t rows, std::size_t panels, std::size_t multiply_adds, ThreadPool* threads, Body body) {
  const auto divided = [](std::size_t a, std::size_t b) { return (a + b - 1) / b; };
  const std::size_t tiles = divided(rows, kTileRows), blocks = divided(tiles, kMostTilesInBlock);
  const std::size_t in_block = divided(tiles, std::max<std::size_t>(blocks, 1)), all = blocks * panels * in_block;
  // A thread is worth waking for some 200,000 multiply-adds.
  const std::size_t grain = std::max<std::size_t>(1, all * 200'000 / std::max<std::size_t>(multiply_adds, 1));
  parallel_for(threads, all, grain, [&](std::size_t begin, std::size_t end) {
    std::size_t block = begin / in_block / panels, panel = begin / in_block % panels, t = begin % in_block;
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t row = (block * in_block + t) * kTileRows;
      if (row < rows) body(row, std::min(kTileRows, rows - row), panel);
      if (++t == in_block) t = 0, ++panel;  // a division for each tile would take a tenth of the time
      if (panel == panels) panel = 0, ++block;
    }
  });
}

void expect_shape(const char* product, const Tensor& t, std::size_t rows, std::size_t cols, Layout layout) {
  if (t.rows() == rows && t.cols() == cols && t.layout() == layout) return;
  fail("%s: expected a matrix [%zu, %zu] %s, got %s%s", product, rows, cols,
       layout == Layout::panels ? "in panels" : "row by row", t.shape().c_str(),
       t.layout() == Layout::panels ? " in panels" : "");
}

void shape_panels(Tensor& t, std::size_t rows, std::size_t cols) {
  if (t.layout() != Layout::panels) t = Tensor({rows, cols}, Layout::panels);
  t.resize({rows, cols});
}

// scratch = m in panels.
void copy_to_panels(const Tensor& m, Tensor& scratch, ThreadPool* threads) {
  shape_panels(scratch, m.rows(), m.cols());
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

// Two vectors a0 a1 … and b0 b1 … shuffled into each other, a0 b0 a1 b1 …: the first and the second half of that.
template <std::size_t... I>
vec first_half(vec a, vec b, std::index_sequence<I...>) {
  return __builtin_shufflevector(a, b, (I / 2 + I % 2 * kLanes)...);
}
template <std::size_t... I>
vec second_half(vec a, vec b, std::index_sequence<I...>) {
  return __builtin_shufflevector(a, b, (kLanes / 2 + I / 2 + I % 2 * kLanes)...);
}

// to[j][i] = from[i][j] for i, j < kLanes, in registers. Seen as one sequence of kLanes² numbers, each round shuffles its
// two halves into each other, as one does with cards. The place of a number, written in binary, is its row's digits and
// then its column's; a shuffle moves the first digit to the end. After log2(kLanes) rounds rows and columns have changed
// places.
void transpose_square(const real* from, std::size_t from_step, real* to, std::size_t to_step) {
  constexpr auto lanes = std::make_index_sequence<kLanes>();
  vec rows[kLanes], shuffled[kLanes];
  BNLAB_UNROLL
  for (std::size_t i = 0; i < kLanes; ++i) rows[i] = load(from + i * from_step);
  BNLAB_UNROLL
  for (std::size_t round = 1; round < kLanes; round *= 2) {
    BNLAB_UNROLL
    for (std::size_t i = 0; i < kLanes / 2; ++i) {
      shuffled[2 * i] = first_half(rows[i], rows[i + kLanes / 2], lanes);
      shuffled[2 * i + 1] = second_half(rows[i], rows[i + kLanes / 2], lanes);
    }
    BNLAB_UNROLL
    for (std::size_t i = 0; i < kLanes; ++i) rows[i] = shuffled[i];
  }
  BNLAB_UNROLL
  for (std::size_t i = 0; i < kLanes; ++i) store(to + i * to_step, rows[i]);
}

constexpr std::size_t kColumnsTogether = 256;  // what a thread transposes at the least: whole squares

// to[j][i] = from[i][j] for i < rows, j < cols.
void transpose(const real* from, std::size_t from_step, real* to, std::size_t to_step, std::size_t rows,
               std::size_t cols) {
  const std::size_t square_rows = rows - rows % kLanes, square_cols = cols - cols % kLanes;
  for (std::size_t i = 0; i < square_rows; i += kLanes) {
    for (std::size_t j = 0; j < square_cols; j += kLanes) {
      transpose_square(from + i * from_step + j, from_step, to + j * to_step + i, to_step);
    }
  }
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = i < square_rows ? square_cols : 0; j < cols; ++j)
      to[j * to_step + i] = from[i * from_step + j];
  }
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
    const real* b = w.stored().data() + w.index(0, first);
    if (first + width <= out) return fast_tile(height, width)(in, a, b, y.row(n) + first, out, false);
    real padded[kTileRows * kPanelWidth];
    fast_tile(height, width)(in, a, b, padded, kPanelWidth, false);
    for (std::size_t r = 0; r < height; ++r) std::copy_n(padded + r * kPanelWidth, out - first, y.row(n + r) + first);
  });
}

// A(i, n) = x(n, i). Down a column of x every number is in another line of the cache and, where N is large, in another
// page of memory; so for more than one panel x is transposed first. B = dy, copied to panels; dw is in panels, padding
// and all.
void matmul_tn(const Tensor& x, const Tensor& dy, Tensor& dw, Scratch& scratch, ThreadPool* threads) {
  const std::size_t rows = x.rows(), in = x.cols(), out = dy.cols();
  expect_shape("matmul_tn: x", x, rows, in, Layout::row_major);
  expect_shape("matmul_tn: dy", dy, rows, out, Layout::row_major);
  expect_shape("matmul_tn: dw", dw, in, out, Layout::panels);
  Tensor &xt = scratch.x_transposed, &b = scratch.dy;
  const bool transposed = dw.panels() > 1;
  if (transposed) {
    xt.resize({in, rows});
    parallel_for(threads, in, kColumnsTogether, [&](std::size_t begin, std::size_t end) {
      transpose(x.row(0) + begin, in, xt.row(begin), rows, rows, end - begin);
    });
  }
  copy_to_panels(dy, b, threads);
  for_each_tile(in, dw.panels(), rows * in * out, threads, [&](std::size_t i, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth, width = dw.panel_width(p);
    const Left a = transposed ? Left{xt.row(i), rows, 1} : Left{x.row(0) + i, 1, in};
    fast_tile(height, width)(rows, a, &b(0, first), &dw(i, first), width, false);
  });
}

// scratch[out, in] = wᵀ, both in panels.
static void transpose_panels(const Tensor& w, Tensor& scratch) {
  shape_panels(scratch, w.cols(), w.rows());
  for (std::size_t i = 0; i < w.rows(); i += kPanelWidth) {
    for (std::size_t j = 0; j < w.cols(); j += kPanelWidth) {
      transpose(w.stored().data() + w.index(i, j), w.panel_width(j / kPanelWidth), &scratch(j, i),
                scratch.panel_width(i / kPanelWidth), std::min(kPanelWidth, w.rows() - i),
                std::min(kPanelWidth, w.cols() - j));
    }
  }
}

// The right operand would be wᵀ, and where w is one panel, as a last layer's is, it is transposed. Elsewhere dy and dx are:
// dxᵀ[in, N] = w[in, out] · dyᵀ[out, N], where w is the left operand and can stay in its panels. A tile sums over one
// panel of w after another. Both ways add up the same terms in the same order.
void matmul_nt(const Tensor& dy, const Tensor& w, Tensor& dx, Scratch& scratch, ThreadPool* threads) {
  const std::size_t rows = dy.rows(), out = dy.cols(), in = w.rows();
  expect_shape("matmul_nt: w", w, in, out, Layout::panels);
  expect_shape("matmul_nt: dx", dx, rows, in, Layout::row_major);
  if (w.panels() == 1) {
    transpose_panels(w, scratch.w_transposed);
    return matmul(dy, scratch.w_transposed, dx, threads);
  }
  Tensor &b = scratch.dy_transposed, &t = scratch.dx_transposed;
  shape_panels(b, out, rows), shape_panels(t, in, rows);
  const auto width_of = [&](std::size_t p) { return std::min(kPanelWidth, rows - p * kPanelWidth); };
  parallel_for(threads, out, kColumnsTogether, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = 0; p < b.panels(); ++p) {
      const std::size_t first = p * kPanelWidth;
      transpose(dy.row(first) + begin, out, &b(begin, first), b.panel_width(p), width_of(p), end - begin);
    }
  });
  for_each_tile(in, t.panels(), rows * in * out, threads, [&](std::size_t i, std::size_t height, std::size_t p) {
    const std::size_t first = p * kPanelWidth, width = t.panel_width(p);
    for (std::size_t q = 0; q < w.panels(); ++q) {
      const std::size_t j = q * kPanelWidth, terms = std::min(kPanelWidth, out - j);
      const Left a{w.stored().data() + w.index(i, j), w.panel_width(q), 1};
      fast_tile(height, width)(terms, a, &b(j, first), &t(i, first), width, q > 0);
    }
  });
  parallel_for(threads, in, kColumnsTogether, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = 0; p < t.panels(); ++p) {
      const std::size_t first = p * kPanelWidth;
      transpose(&t(begin, first), t.panel_width(p), dx.row(first) + begin, in, end - begin, width_of(p));
    }
  });
}

}  // namespace bnlab
