// Dropout: what is kept, by what it is scaled, and that backward does to the gradient what forward did to x.
#include "bnlab/nn/dropout.hpp"

#include <algorithm>
#include <limits>

#include "gradients.hpp"

namespace bnlab::testing::dropout_test {

namespace {

Tensor ones(std::size_t rows, std::size_t cols) {
  Tensor t({rows, cols});
  t.fill(1);
  return t;
}

double kept_fraction(const Tensor& y) {
  double kept = 0;
  for (const real value : y.stored()) kept += value != 0;
  return kept / static_cast<double>(y.size());
}

}  // namespace

TEST_CASE("DROP.1: each entry is dropped with probability p, the others are divided by 1 - p") {
  for (const double p : {0.1, 0.3, 0.5, 0.9}) {
    CAPTURE(p);
    Dropout dropout(p, Random(5, "drop1"));
    const Tensor x = random_tensor(200, 101, "x", 0.5, 2);
    const Tensor& y = dropout.forward(x, Mode::train);
    REQUIRE(y.same_shape(x));
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double value = static_cast<double>(y.stored()[i]), kept = static_cast<double>(x.stored()[i]) / (1 - p);
      if (value != 0) worst = std::max(worst, std::fabs(value / kept - 1));
    }
    CHECK(worst < (kDouble ? 1e-15 : 2e-7));
    CHECK(std::fabs(kept_fraction(y) - (1 - p)) < 5 * std::sqrt(p * (1 - p) / 20200));
  }
}

TEST_CASE("DROP.1: dropped entries follow no rows and no columns") {
  Dropout dropout(0.5, Random(5, "drop1"));
  const Tensor x = ones(100, 100);
  const Tensor& y = dropout.forward(x, Mode::train);
  for (std::size_t k = 0; k < 100; ++k) {
    double row = 0, column = 0;
    for (std::size_t l = 0; l < 100; ++l) row += y(k, l) != 0, column += y(l, k) != 0;
    CHECK(std::fabs(row - 50) < 25);  // five standard deviations
    CHECK(std::fabs(column - 50) < 25);
  }
}

TEST_CASE("DROP.2: backward drops and scales the entries that forward did") {
  Dropout dropout(0.25, Random(5, "drop1"));
  const Tensor x = ones(31, 17), dy = random_tensor(31, 17, "dy");
  const Tensor y = dropout.forward(x, Mode::train);
  for (int pass = 0; pass < 2; ++pass) {
    const Tensor& dx = dropout.backward(dy, Mode::train);
    REQUIRE(dx.same_shape(dy));
    for (std::size_t i = 0; i < dy.size(); ++i) REQUIRE(dx.stored()[i] == dy.stored()[i] * y.stored()[i]);
  }
  CHECK(kept_fraction(y) < 1);
}

TEST_CASE("in evaluation mode dropout is the identity, both ways, and draws nothing") {
  Dropout dropout(0.5, Random(5, "drop1"));
  const Tensor x = random_tensor(7, 5, "x"), dy = random_tensor(7, 5, "dy");
  const auto state = dropout.random.state;
  CHECK(identical(dropout.forward(x, Mode::eval), x));
  CHECK(identical(dropout.backward(dy, Mode::eval), dy));
  CHECK(dropout.random.state == state);
  dropout.forward(x, Mode::train);
  CHECK(dropout.random.state != state);
}

TEST_CASE("with p = 0 dropout is the identity in training too") {
  Dropout dropout(0, Random(5, "drop1"));
  const Tensor x = random_tensor(7, 5, "x"), dy = random_tensor(7, 5, "dy");
  CHECK(identical(dropout.forward(x, Mode::train), x));
  CHECK(identical(dropout.backward(dy, Mode::train), dy));
}

TEST_CASE("a probability outside [0, 1) is an error that names it") {
  for (const double p : {-0.1, 1.0, 1.5, std::nan("")}) {
    CHECK(contains(error_of([&] { Dropout(p, Random(5, "drop1")); }), "[0, 1)"));
  }
  CHECK(contains(error_of([] { Dropout(1.5, Random(5, "drop1")); }), "1.5"));
  CHECK(error_of([] { Dropout(0.999, Random(5, "drop1")); }) == "");
}

TEST_CASE("the name and the seed decide what is dropped, and every batch draws anew") {
  const Tensor x = ones(20, 30);
  Dropout first(0.5, Random(5, "drop1")), same(0.5, Random(5, "drop1"));
  Dropout named(0.5, Random(5, "drop2")), seeded(0.5, Random(6, "drop1"));
  const Tensor y = first.forward(x, Mode::train);
  CHECK(identical(same.forward(x, Mode::train), y));
  CHECK_FALSE(identical(named.forward(x, Mode::train), y));
  CHECK_FALSE(identical(seeded.forward(x, Mode::train), y));
  const Tensor next = first.forward(x, Mode::train);
  CHECK_FALSE(identical(next, y));
  same.forward(x, Mode::eval);
  CHECK(identical(same.forward(x, Mode::train), next));
}

TEST_CASE("a copy of a dropout layer goes on by itself, and remembers no forward pass") {
  const Tensor x = ones(20, 30);
  Dropout original(0.5, Random(5, "drop1"));
  original.forward(x, Mode::train);
  Dropout copy = original;
  CHECK(contains(error_of([&] { copy.backward(x, Mode::train); }), "forward"));
  const Tensor next = original.forward(x, Mode::train);
  CHECK(identical(copy.forward(x, Mode::train), next));
}

TEST_CASE(
    "DROP.2: dropout is linear in x, so its gradient follows from the draw alone, wherever x is 0, small or infinite") {
  const Tensor x = random_tensor(31, 17, "x"), dy = random_tensor(31, 17, "dy");
  Dropout dropout(0.25, Random(5, "drop1"));
  dropout.forward(x, Mode::train);
  const Tensor dx = dropout.backward(dy, Mode::train);
  for (const double value : {0.0, -0.0, -1.0, static_cast<double>(std::numeric_limits<real>::denorm_min()), HUGE_VAL}) {
    Tensor other = x;
    for (std::size_t i = 0; i < other.size(); i += 3) other.stored()[i] = static_cast<real>(value);
    Dropout same(0.25, Random(5, "drop1"));
    same.forward(other, Mode::train);
    CHECK(identical(same.backward(dy, Mode::train), dx));
  }
}

TEST_CASE("DROP.1: NaN passes through dropout, dropped or not, so that a run gone wrong shows") {
  Dropout layer(0.5, Random(1, "drop1"));
  Tensor x({4, 10});
  x.fill(static_cast<real>(std::nan("")));
  const Tensor& y = layer.forward(x, Mode::train);
  for (const real value : y.stored()) CHECK(std::isnan(value));
}

TEST_CASE("DROP.2: in a batch of many thousand entries, too, backward drops and scales what forward did") {
  Dropout dropout(0.25, Random(5, "drop1"));
  const Tensor x = ones(131, 301), dy = random_tensor(131, 301, "dy");
  const Tensor y = dropout.forward(x, Mode::train), dx = dropout.backward(dy, Mode::train);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < dy.size(); ++i) wrong += dx.stored()[i] != dy.stored()[i] * y.stored()[i];
  CHECK(wrong == 0);
}

// As in PyTorch, which multiplies by a mask: dx does not depend on x, and a NaN of dy is none of dropout's business.
TEST_CASE("DROP.2: at a NaN in x dx is as ever, and a NaN in dy passes, dropped or not") {
  Dropout dropout(0.5, Random(1, "drop1")), same = dropout;
  const Tensor x = ones(4, 10), dy = random_tensor(4, 10, "dy");
  Tensor nan = x;
  nan.fill(static_cast<real>(std::nan("")));
  dropout.forward(x, Mode::train), same.forward(nan, Mode::train);
  CHECK(identical(same.backward(dy, Mode::train), dropout.backward(dy, Mode::train)));
  for (const real value : same.backward(nan, Mode::train).stored()) CHECK(std::isnan(value));
}

TEST_CASE("DROP.2: backward agrees with finite differences (gradient check)") { check_gradients_of("dropout"); }

}  // namespace bnlab::testing::dropout_test
