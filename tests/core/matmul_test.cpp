// The three products against sums in higher precision, and what training relies on: the same bits whatever stands by.
#include "bnlab/core/matmul.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "support.hpp"

namespace bnlab::testing::matmul_test {

namespace {

using Index = std::size_t;
using Sizes = std::array<Index, 3>;  // N, in, out
constexpr real kNaN = std::numeric_limits<real>::quiet_NaN();

template <class Action>
void each(const Tensor& t, Action action) {
  for (Index i = 0; i < t.rows(); ++i)
    for (Index j = 0; j < t.cols(); ++j) action(i, j);
}

struct Operands {
  Tensor x, w, dy;
  Operands(Index N, Index in, Index out)
      : x(random_tensor(N, in, "x")),
        w(random_tensor(in, out, "w", -1, 1, Layout::panels)),
        dy(random_tensor(N, out, "dy")) {}
};

struct Products {
  Tensor y, dw, dx;
  // NaN wherever a product must write; in the padding of dw the zeros that must remain.
  explicit Products(const Operands& o)
      : y(Tensor::zeros_like(o.dy)), dw(Tensor::zeros_like(o.w)), dx(Tensor::zeros_like(o.x)) {
    y.fill(kNaN), dx.fill(kNaN);
    each(dw, [&](Index i, Index j) { dw(i, j) = kNaN; });
  }
  bool operator==(const Products& p) const { return identical(y, p.y) && identical(dw, p.dw) && identical(dx, p.dx); }
};

Products fast(const Operands& o, ThreadPool* threads = nullptr, Scratch* kept = nullptr) {
  Products p(o);
  Scratch own, &scratch = kept ? *kept : own;
  matmul(o.x, o.w, p.y, threads);
  matmul_tn(o.x, o.dy, p.dw, scratch, threads);
  matmul_nt(o.dy, o.w, p.dx, scratch, threads);
  return p;
}

// How far the tensor is from a · bᵀ, at its worst entry, as a multiple of what rounding may do to a sum in any order:
// one rounding per term and one here, each at most u times Σ |a b|.
double worst_error(const Tensor& t, const Tensor& a, const Tensor& b) {
  long double u = std::numeric_limits<real>::epsilon() / 2, worst = 0;
  each(t, [&](Index i, Index j) {
    const real *x = a.row(i), *y = b.row(j);
    long double sum = 0, size = 0;
    for (Index k = 0; k < a.cols(); ++k) {
      const long double product = static_cast<long double>(x[k]) * y[k];
      sum += product, size += product < 0 ? -product : product;
    }
    const long double error = std::abs(t(i, j) - sum) / (static_cast<long double>(a.cols() + 1) * u * size);
    if (!(error <= worst)) worst = std::isnan(error) ? HUGE_VALL : error;
  });
  return static_cast<double>(worst);
}

Tensor transposed(const Tensor& t) {
  Tensor result({t.cols(), t.rows()});
  each(t, [&](Index i, Index j) { result(j, i) = t(i, j); });
  return result;
}

void check_sums(Index N, Index in, Index out) {
  INFO("N ", N, ", in ", in, ", out ", out);
  const Operands o(N, in, out);
  Products plain(o);
  naive::matmul(o.x, o.w, plain.y);
  naive::matmul_tn(o.x, o.dy, plain.dw);
  naive::matmul_nt(o.dy, o.w, plain.dx);
  const Tensor xt = transposed(o.x), wt = transposed(o.w), w = transposed(wt), dyt = transposed(o.dy);
  for (const Products& p : {fast(o), plain}) {
    CHECK(worst_error(p.y, o.x, wt) <= 1);
    CHECK(worst_error(p.dw, xt, dyt) <= 1);
    CHECK(worst_error(p.dx, o.dy, w) <= 1);
    const auto zeros = std::count(p.dw.stored().begin(), p.dw.stored().end(), real{0});
    CHECK(static_cast<Index>(zeros) >= p.dw.stored().size() - p.dw.size());  // the padding
  }
}

Tensor part(const Tensor& t, Index row, Index col, Index rows, Index cols) {
  Tensor result({rows, cols}, t.layout());
  each(result, [&](Index i, Index j) { result(i, j) = t(row + i, col + j); });
  return result;
}

// Whether NaN fills row i and column j, and stands nowhere else.
bool nan_exactly(const Tensor& t, Index i, Index j) {
  bool exactly = true;
  each(t, [&](Index r, Index c) { exactly = exactly && std::isnan(t(r, c)) == (r == i || c == j); });
  return exactly;
}

}  // namespace

TEST_CASE("Products: right for every size that a network has, and where tiles, panels and blocks end, in every role") {
  for (const Index size : {1u, 7u, 10u, 63u, 64u, 65u, 785u}) {
    check_sums(size, 21, 5);
    check_sums(9, size, 34);
    check_sums(33, 9, size);
  }
  const Index block = 16 * kTileRows;
  for (const Index N : {Index{1}, kTileRows, kPanelWidth + 1, block + 1}) {
    for (const Index in : {Index{1}, kTileRows + 1, kPanelWidth - 1, block, block + 1}) {
      for (const Index out : {Index{1}, kLanes + 1, kPanelWidth, kPanelWidth + 1}) check_sums(N, in, out);
    }
  }
}

TEST_CASE("Products: the same bits with any number of threads") {
  // Enough work for several threads, with few panels and many, in each role; and too little for two.
  for (const auto& [N, in, out] : {Sizes{130, 257, 131}, {785, 300, 10}, {10, 785, 300}, {300, 10, 785}, {9, 5, 3}}) {
    const Operands o(N, in, out);
    INFO("x ", o.x.shape(), ", w ", o.w.shape());
    const Products alone = fast(o);
    for (const Index count : {1u, 2u, 3u, 4u}) {
      ThreadPool threads(count);
      CHECK(fast(o, &threads) == alone);
    }
  }
}

TEST_CASE("Products: an entry has the same bits whatever rows and columns stand beside it") {
  const Index N = 8 * kTileRows + 3, in = kTileRows + 5, out = kPanelWidth + kLanes + 1;
  const Operands all(N, in, out);
  const Products together = fast(all);
  Operands image = all, output = all;  // alone: one row of y and dx, one column of y and dw
  bool same = true;
  for (Index n = 0; n < N; ++n) {
    image.x = part(all.x, n, 0, 1, in), image.dy = part(all.dy, n, 0, 1, out);
    const Products alone = fast(image);
    same = same && identical(alone.y, part(together.y, n, 0, 1, out)) &&
           identical(alone.dx, part(together.dx, n, 0, 1, in));
  }
  for (Index j = 0; j < out; ++j) {
    output.w = part(all.w, 0, j, in, 1), output.dy = part(all.dy, 0, j, N, 1);
    const Products alone = fast(output);
    same =
        same && identical(alone.y, part(together.y, 0, j, N, 1)) && identical(alone.dw, part(together.dw, 0, j, in, 1));
  }
  CHECK(same);
}

TEST_CASE("Products: NaN and infinity reach every sum that they are a term of, and no other") {
  const Index N = kTileRows + 2, in = kTileRows + 1, out = kPanelWidth + 3, none = SIZE_MAX;
  for (const real bad : {kNaN, std::numeric_limits<real>::infinity()}) {
    // All else is zero: 0 · ∞ is NaN as well, so no term may be left out because it "is" zero.
    Operands o(N, in, out);
    for (real& value : o.w.stored()) value = 0;
    o.x.fill(0), o.dy.fill(0);
    Operands in_x = o, in_w = o, in_dy = o;
    in_x.x(N - 1, in - 1) = in_w.w(0, out - 1) = in_dy.dy(0, out - 1) = bad;
    const Products from_x = fast(in_x), from_w = fast(in_w), from_dy = fast(in_dy);
    CHECK((nan_exactly(from_x.y, N - 1, none) && nan_exactly(from_x.dw, in - 1, none)));
    CHECK((nan_exactly(from_w.y, none, out - 1) && nan_exactly(from_w.dx, none, 0)));
    CHECK((nan_exactly(from_dy.dw, none, out - 1) && nan_exactly(from_dy.dx, 0, none)));
  }
}

TEST_CASE("Products: scratch memory carries nothing from one product into the next, and is kept") {
  const Tensor any({3, 4});
  Scratch scratch{any, any, any, any, any};
  const auto memory = [&] {
    return std::array{scratch.x_transposed.stored().data(), scratch.dy.stored().data(),
                      scratch.dy_transposed.stored().data(), scratch.dx_transposed.stored().data(),
                      scratch.w_transposed.stored().data()};
  };
  for (const auto& [N, in, out] : {Sizes{65, 40, 33}, {7, 9, 3}, {31, 5, 64}, {65, 40, 33}}) {
    const Operands o(N, in, out);
    CHECK(fast(o, nullptr, &scratch) == fast(o));
    const auto before = memory();
    fast(o, nullptr, &scratch);
    CHECK(memory() == before);
  }
}

TEST_CASE("Products: shapes that do not fit are refused, with the shape that would") {
  const Operands o(3, 5, 7);
  Products p(o);
  Scratch scratch;
  Tensor x_wide({3, 6}), dy_tall({4, 7}), w_flat({5, 7}), w_tall({6, 7}, Layout::panels);
  const auto refused = [](const char* operand, const char* expected, const char* got, auto multiply) {
    const std::string error = error_of(multiply);
    CHECK_MESSAGE((contains(error, operand) && contains(error, expected) && contains(error, got)), error);
  };
  const char* const panels = "expected a matrix [5, 7] in panels";
  refused("matmul: w", panels, "got [6, 7]", [&] { matmul(o.x, w_tall, p.y, nullptr); });
  refused("matmul: w", panels, "got [5, 7]", [&] { matmul(o.x, w_flat, p.y, nullptr); });
  refused("matmul: y", "[3, 7] row", "got [4, 7]", [&] { matmul(o.x, o.w, dy_tall, nullptr); });
  refused("_tn: dy", "[3, 7] row", "got [4, 7]", [&] { matmul_tn(o.x, dy_tall, p.dw, scratch, nullptr); });
  refused("_tn: dw", panels, "got [6, 7]", [&] { matmul_tn(o.x, o.dy, w_tall, scratch, nullptr); });
  refused("_nt: w", "[5, 6] in", "got [5, 7]", [&] { matmul_nt(x_wide, p.dw, p.dx, scratch, nullptr); });
  refused("_nt: dx", "[3, 5] row", "got [3, 6]", [&] { matmul_nt(o.dy, o.w, x_wide, scratch, nullptr); });
}

TEST_CASE("Products: a left operand in panels is refused, not read as if it lay row by row") {
  const Tensor x = random_tensor(40, 40, "x", -1, 1, Layout::panels),
               w = random_tensor(40, 40, "w", -1, 1, Layout::panels);
  Tensor y({40, 40}), dw({40, 40}, Layout::panels);
  Scratch scratch;
  CHECK(contains(error_of([&] { matmul(x, w, y, nullptr); }), "row by row"));
  CHECK(contains(error_of([&] { matmul_tn(x, y, dw, scratch, nullptr); }), "row by row"));
}

}  // namespace bnlab::testing::matmul_test
