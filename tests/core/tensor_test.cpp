// A tensor's shape, its two layouts, and its memory.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <set>
#include <vector>

#include "support.hpp"

namespace bnlab::testing::tensor_test {

namespace {

constexpr Layout kLayouts[] = {Layout::row_major, Layout::panels};

// Widths where the last panel is full, padded, or holds a single vector.
std::vector<std::size_t> widths() {
  std::set<std::size_t> all;
  for (const std::size_t whole : {std::size_t{1}, kLanes, kPanelWidth, 2 * kPanelWidth, 3 * kPanelWidth}) {
    all.insert({std::max<std::size_t>(whole - 1, 1), whole, whole + 1, whole + kLanes});
  }
  return {all.begin(), all.end()};
}

// A number of its own for every entry, none of them zero.
real number(std::size_t i, std::size_t j) { return static_cast<real>(1 + 1000 * i + j); }

void number_entries(Tensor& t) {
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t j = 0; j < t.cols(); ++j) t(i, j) = number(i, j);
  }
}

}  // namespace

TEST_CASE("Tensor: a new one has the shape that was asked for, and holds zeros") {
  const Tensor none, vector({5}), matrix({3, 7}), panels({3, 7}, Layout::panels);
  CHECK(none.size() == 0);
  CHECK((none.rank() == 1 && none.rows() == 1 && none.cols() == 0));
  CHECK((vector.rank() == 1 && vector.rows() == 1 && vector.cols() == 5 && vector.size() == 5));
  CHECK((matrix.rank() == 2 && matrix.rows() == 3 && matrix.cols() == 7 && matrix.size() == 21));
  CHECK((panels.rank() == 2 && panels.rows() == 3 && panels.cols() == 7 && panels.size() == 21));
  CHECK(vector.shape() == "[5]");
  CHECK(matrix.shape() == "[3, 7]");
  CHECK((matrix.layout() == Layout::row_major && panels.layout() == Layout::panels));
  for (const Tensor* t : {&vector, &matrix, &panels}) {
    for (const real value : t->stored()) CHECK(value == real{0});
  }
}

TEST_CASE("Tensor: a vector and a matrix of one row are not of the same shape") {
  CHECK(Tensor({4}).same_shape(Tensor({4})));
  CHECK(Tensor({2, 4}).same_shape(Tensor({2, 4}, Layout::panels)));
  CHECK_FALSE(Tensor({4}).same_shape(Tensor({1, 4})));
  CHECK_FALSE(Tensor({2, 4}).same_shape(Tensor({4, 2})));
  CHECK_FALSE(Tensor({2, 4}).same_shape(Tensor({2, 5})));
}

TEST_CASE("Tensor: a shape has one axis or two, and the error counts those it was given") {
  CHECK(contains(error_of([] { Tensor({2, 3, 4}); }), "1 or 2 axes, not 3"));
  Tensor t({2, 3});
  CHECK(contains(error_of([&] { t.resize(std::initializer_list<std::size_t>{}); }), "1 or 2 axes, not 0"));
}

TEST_CASE("Tensor: row-major entries follow one another, row after row") {
  Tensor t({3, 5});
  number_entries(t);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(t.row(i) == t.stored().data() + 5 * i);
    for (std::size_t j = 0; j < 5; ++j) CHECK((t.index(i, j) == 5 * i + j && t.row(i)[j] == number(i, j)));
  }
  Tensor vector({4});
  vector(2) = 6;
  CHECK((vector.stored()[2] == 6 && vector(0, 2) == 6));
}

TEST_CASE("Tensor: in either layout every entry has a place of its own, and what is left is zero") {
  for (const Layout layout : kLayouts) {
    for (const std::size_t rows : {1u, 2u, 7u}) {
      for (const std::size_t cols : widths()) {
        CAPTURE(rows);
        CAPTURE(cols);
        Tensor t({rows, cols}, layout);
        REQUIRE(t.stored().size() == rows * (layout == Layout::panels ? round_up(cols, kLanes) : cols));
        number_entries(t);
        std::set<std::size_t> places;
        bool kept = true;
        for (std::size_t i = 0; i < rows; ++i) {
          for (std::size_t j = 0; j < cols; ++j) {
            places.insert(t.index(i, j));
            kept = kept && t.index(i, j) < t.stored().size() && t(i, j) == number(i, j);
          }
        }
        CHECK(kept);
        CHECK(places.size() == t.size());
        real elsewhere = 0;
        for (std::size_t k = 0; k < t.stored().size(); ++k) elsewhere += places.count(k) ? 0 : t.stored()[k];
        CHECK(elsewhere == real{0});
      }
    }
  }
}

TEST_CASE("Tensor: a panel is read from front to back: neighbours in a row, then the next row, then the next panel") {
  for (const std::size_t cols : widths()) {
    CAPTURE(cols);
    const std::size_t rows = 3;
    const Tensor t({rows, cols}, Layout::panels);
    REQUIRE(t.panels() == (cols + kPanelWidth - 1) / kPanelWidth);
    std::size_t at = 0, covered = 0;
    for (std::size_t p = 0; p < t.panels(); ++p) {
      const std::size_t first = p * kPanelWidth, width = t.panel_width(p);
      CHECK(width % kLanes == 0);
      CHECK((p + 1 == t.panels() ? width <= kPanelWidth : width == kPanelWidth));
      for (std::size_t i = 0; i < rows; ++i, at += width) {
        for (std::size_t j = first; j < std::min(first + width, cols); ++j, ++covered) {
          CHECK(t.index(i, j) == at + j - first);
        }
      }
    }
    CHECK(at == t.stored().size());
    CHECK(covered == t.size());
  }
}

TEST_CASE("Tensor: storage begins at a multiple of a cache line") {
  for (const Layout layout : kLayouts) {
    for (const std::size_t cols : widths()) {
      const Tensor a({3, cols}, layout), b({1, cols}, layout);
      CHECK(reinterpret_cast<std::uintptr_t>(a.stored().data()) % 64 == 0);
      CHECK(reinterpret_cast<std::uintptr_t>(b.stored().data()) % 64 == 0);
    }
  }
}

TEST_CASE("Tensor: a copy has its own memory") {
  for (const Layout layout : kLayouts) {
    Tensor original({3, kPanelWidth + 1}, layout);
    number_entries(original);
    Tensor copy = original;
    REQUIRE(identical(copy, original));
    copy(2, kPanelWidth) = -1;
    CHECK(original(2, kPanelWidth) == number(2, kPanelWidth));
    original(0, 0) = -2;
    CHECK(copy(0, 0) == number(0, 0));
  }
}

TEST_CASE("Tensor: zeros_like takes the shape, the rank and the layout, not the numbers") {
  for (const Layout layout : kLayouts) {
    Tensor t({4, kLanes + 1}, layout);
    number_entries(t);
    CHECK(identical(Tensor::zeros_like(t), Tensor({4, kLanes + 1}, layout)));
  }
  CHECK(identical(Tensor::zeros_like(random_vector(9, "v")), Tensor({9})));
}

TEST_CASE("Tensor: the shorter last batch, and the full one after it, cost no memory") {
  for (const Layout layout : kLayouts) {
    Tensor t({64, kPanelWidth + 3}, layout);
    const real* const memory = t.stored().data();
    t.resize({17, kPanelWidth + 3});
    CHECK((t.stored().data() == memory && t.rows() == 17));
    CHECK(t.stored().size() == 17 * (layout == Layout::panels ? round_up(kPanelWidth + 3, kLanes) : t.cols()));
    t.resize({5});
    CHECK((t.stored().data() == memory && t.shape() == "[5]" && t.layout() == layout));
    t.resize_like(Tensor({64, kPanelWidth + 3}));
    CHECK((t.stored().data() == memory && t.shape() == Tensor({64, kPanelWidth + 3}).shape()));
    CHECK(t.layout() == layout);
  }
}

TEST_CASE("Tensor: fill reaches every entry") {
  Tensor t({3, 5});
  t.fill(real{2.5});
  for (const real value : t.stored()) CHECK(value == real{2.5});
}

TEST_CASE("Tensor: a shape for which there is no memory leaves it as it was") {
  for (const Layout layout : kLayouts) {
    Tensor t({3, 5}, layout);
    number_entries(t);
    const Tensor before = t;
    constexpr std::size_t kMost = std::size_t{1} << 29;
    if (!kSanitized) CHECK(contains(error_of([&] { t.resize({kMost, kMost}); }), "not enough memory"));
    CHECK(identical(t, before));
    // Products that would wrap around to something small.
    for (const auto& [rows, cols] : {std::pair{std::size_t{1} << 32, std::size_t{1} << 32},
                                     {std::size_t{1} << 63, 2},
                                     {SIZE_MAX, 1},
                                     {1, SIZE_MAX},
                                     {kMost + 1, 1}}) {
      const std::size_t n = rows, d = cols;
      CHECK(contains(error_of([&] { t.resize({n, d}); }), "a tensor has at most 536870912 rows and columns"));
      CHECK(identical(t, before));
    }
  }
}

TEST_CASE("Tensor: it is finite unless an entry is NaN or infinite, wherever that stands") {
  for (const Layout layout : kLayouts) {
    Tensor t({3, kPanelWidth + 1}, layout);
    number_entries(t);
    CHECK(is_finite(t));
    for (const real bad : {std::numeric_limits<real>::quiet_NaN(), std::numeric_limits<real>::infinity(),
                           -std::numeric_limits<real>::infinity()}) {
      for (const auto& [i, j] : {std::pair<std::size_t, std::size_t>{0, 0}, {2, kPanelWidth}, {1, 3 % kPanelWidth}}) {
        Tensor spoiled = t;
        spoiled(i, j) = bad;
        CHECK_FALSE(is_finite(spoiled));
      }
    }
    t(1, 1) = std::numeric_limits<real>::max();
    CHECK(is_finite(t));
  }
  CHECK(is_finite(Tensor()));
}

}  // namespace bnlab::testing::tensor_test
