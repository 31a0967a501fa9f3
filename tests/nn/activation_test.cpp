// The activations against the functions they are named after, and against the derivatives that analysis gives.
#include "bnlab/nn/activation.hpp"

#include <functional>
#include <limits>

#include "bnlab/nn/gelu.hpp"
#include "bnlab/nn/kinds.hpp"
#include "bnlab/nn/leaky_relu.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/sigmoid.hpp"
#include "bnlab/nn/tanh.hpp"
#include "gradients.hpp"

namespace bnlab::testing::activation_test {

namespace {

constexpr double kClose = kDouble ? 1e-12 : 2e-6;
using Function = std::function<long double(long double)>;

Tensor mapped(const Tensor& x, const Function& f) {
  Tensor y({x.rows(), x.cols()});
  for (std::size_t i = 0; i < x.rows(); ++i) {
    for (std::size_t j = 0; j < x.cols(); ++j) y(i, j) = static_cast<real>(f(static_cast<long double>(x(i, j))));
  }
  return y;
}

Tensor product(const Tensor& a, const Tensor& b) {
  Tensor c({a.rows(), a.cols()});
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.cols(); ++j) c(i, j) = a(i, j) * b(i, j);
  }
  return c;
}

// One row.
Tensor row_of(std::initializer_list<double> values) {
  Tensor t({1, values.size()});
  std::size_t j = 0;
  for (const double value : values) t(0, j++) = static_cast<real>(value);
  return t;
}

template <class L>
void check_against(const Function& f, const Function& derivative) {
  L layer;
  const Tensor x = random_tensor(90, 13, "x", -9, 9), dy = random_tensor(90, 13, "dy", -2, 2);
  const Tensor kept_x = x, kept_dy = dy;
  for (const Mode mode : {Mode::train, Mode::eval}) {
    CHECK(relative_error(layer.forward(x, mode), mapped(x, f)) < kClose);
    CHECK(relative_error(layer.backward(dy, mode), product(dy, mapped(x, derivative))) < kClose);
  }
  // The layer before needs its output for its own backward pass.
  CHECK(identical(x, kept_x));
  CHECK(identical(dy, kept_dy));
}

}  // namespace

TEST_CASE("ACT.1: ReLU is max(x, 0), and passes the gradient where x > 0") {
  check_against<ReLU>([](long double x) { return x > 0 ? x : 0; }, [](long double x) { return x > 0 ? 1.0L : 0.0L; });
}

TEST_CASE("ACT.2: the sigmoid is 1 / (1 + e^-x), its derivative e^-x / (1 + e^-x)^2") {
  check_against<Sigmoid>([](long double x) { return 1 / (1 + std::exp(-x)); },
                         [](long double x) { return std::exp(-x) / std::pow(1 + std::exp(-x), 2.0L); });
}

TEST_CASE("ACT.3: tanh, its derivative 1 / cosh^2") {
  check_against<Tanh>([](long double x) { return (std::exp(x) - std::exp(-x)) / (std::exp(x) + std::exp(-x)); },
                      [](long double x) { return 1 / std::pow(std::cosh(x), 2.0L); });
}

TEST_CASE("ACT.1: at exactly 0 the gradient of ReLU is 0") {
  ReLU relu;
  const Tensor x = row_of({0, -0.0, 1e-30, -1e-30}), dy = row_of({3, 3, 3, 3});
  const Tensor& y = relu.forward(x, Mode::train);
  CHECK(y(0, 0) == 0.0);
  CHECK(y(0, 1) == 0.0);
  CHECK(y(0, 2) == x(0, 2));
  CHECK(y(0, 3) == 0.0);
  const Tensor& dx = relu.backward(dy, Mode::train);
  CHECK(dx(0, 0) == 0.0);
  CHECK(dx(0, 1) == 0.0);
  CHECK(dx(0, 2) == 3.0);
  CHECK(dx(0, 3) == 0.0);
}

TEST_CASE("ACT.1: NaN passes through ReLU, so that a run gone wrong shows") {
  ReLU relu;
  const Tensor x = row_of({1, std::numeric_limits<double>::quiet_NaN(), -1});
  const Tensor& y = relu.forward(x, Mode::train);
  CHECK(y(0, 0) == 1.0);
  CHECK(std::isnan(y(0, 1)));
  CHECK(y(0, 2) == 0.0);
}

// Measured with PyTorch 1.13: a NaN in x, with dy = 3. ReLU masks where its y is <= 0, leaky ReLU passes where x > 0,
// and all others multiply by a slope, which is NaN.
TEST_CASE("ACT.1 to ACT.5: at NaN dx is PyTorch's: dy of ReLU, a hundredth of it of leaky ReLU, NaN of all others") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Tensor x({1, 40}), dy({1, 40});  // whole vectors, and a remainder
  x.fill(static_cast<real>(nan)), dy.fill(3);
  for (const ActivationKind& kind : activation_kinds()) {
    CAPTURE(kind.name);
    const std::string name = kind.name;
    const std::unique_ptr<Layer> layer = kind.make();
    for (const real y : layer->forward(x, Mode::train).stored()) CHECK(std::isnan(y));
    for (const real dx : layer->backward(dy, Mode::train).stored()) {
      if (name == "relu") {
        CHECK(dx == real{3});
      } else if (name == "leaky-relu") {
        CHECK(dx == static_cast<real>(0.01) * 3);
      } else {
        CHECK(std::isnan(dx));
      }
    }
  }
}

TEST_CASE("ACT.1: a NaN in dy passes where x is positive, and nowhere else, as in PyTorch") {
  ReLU relu;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Tensor x = row_of({-1, 0, -0.0, 1, nan}), dy = row_of({nan, nan, nan, nan, nan});
  relu.forward(x, Mode::train);
  const Tensor& dx = relu.backward(dy, Mode::train);
  for (std::size_t j = 0; j < 3; ++j) CHECK(dx(0, j) == real{0});
  CHECK((std::isnan(dx(0, 3)) && std::isnan(dx(0, 4))));
}

TEST_CASE("every activation: an entry's y and dx do not depend on where it stands, or among how many") {
  ThreadPool pool(3);
  const std::vector<double> values = {-30, -7, -2.5, -0.3, 0, 1e-6, 0.4, 1.9, 3.3, 6.5, 40};  // 11, no power of two
  for (const ActivationKind& kind : activation_kinds()) {
    CAPTURE(kind.name);
    std::vector<real> y, dx;
    for (const double value : values) {
      const std::unique_ptr<Layer> layer = kind.make();
      const Tensor x = row_of({value}), dy = row_of({1.5});
      y.push_back(layer->forward(x, Mode::train)(0, 0)), dx.push_back(layer->backward(dy, Mode::train)(0, 0));
    }
    for (const std::size_t size : {2u, 7u, 8u, 15u, 16u, 17u, 33u, 64u, 71u, 8191u, 8193u, 30000u}) {
      Tensor x({1, size}), dy({1, size});
      dy.fill(real{1.5});
      for (std::size_t i = 0; i < size; ++i) x(0, i) = static_cast<real>(values[i % values.size()]);
      const std::unique_ptr<Layer> layer = kind.make();
      layer->use_threads(&pool);
      const Tensor all_y = layer->forward(x, Mode::train), all_dx = layer->backward(dy, Mode::train);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < size; ++i) {
        wrong += all_y(0, i) != y[i % values.size()] || all_dx(0, i) != dx[i % values.size()];
      }
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("ACT.2, ACT.3: far out, the bounded activations reach their limits and the gradient is 0") {
  const double huge = static_cast<double>(std::numeric_limits<real>::max()), infinite = HUGE_VAL;
  const Tensor x = row_of({1e4, -1e4, huge, -huge, infinite, -infinite}), dy = row_of({1, 1, -5, 5, 1, 1});
  Sigmoid sigmoid;
  Tanh tanh;
  const Tensor &s = sigmoid.forward(x, Mode::train), &t = tanh.forward(x, Mode::train);
  const Tensor &ds = sigmoid.backward(dy, Mode::train), &dt = tanh.backward(dy, Mode::train);
  for (std::size_t j = 0; j < x.cols(); ++j) {
    CAPTURE(j);
    CHECK(s(0, j) == (j % 2 == 0 ? 1.0 : 0.0));
    CHECK(t(0, j) == (j % 2 == 0 ? 1.0 : -1.0));
    CHECK(ds(0, j) == 0.0);
    CHECK(dt(0, j) == 0.0);
  }
}

TEST_CASE("ACT.2: the sigmoid keeps its relative accuracy where it is small") {
  Sigmoid sigmoid;
  const Tensor x = row_of({-10, -20, -40, -80});
  const Tensor& y = sigmoid.forward(x, Mode::eval);
  for (std::size_t j = 0; j < x.cols(); ++j) {
    const long double expected = std::exp(static_cast<long double>(x(0, j)));
    const long double exact = expected / (1 + expected);
    CHECK(std::fabs(static_cast<double>(static_cast<long double>(y(0, j)) / exact - 1)) < kClose);
  }
}

TEST_CASE("every activation: any number of threads computes the same bits") {
  const Tensor x = random_tensor(67, 401, "x", -3, 3), dy = random_tensor(67, 401, "dy");
  for (const ActivationKind& kind : activation_kinds()) {
    CAPTURE(kind.name);
    const std::unique_ptr<Layer> alone = kind.make();
    const Tensor y = alone->forward(x, Mode::train), dx = alone->backward(dy, Mode::train);
    for (std::size_t threads = 1; threads <= 4; ++threads) {
      ThreadPool pool(threads);
      const std::unique_ptr<Layer> layer = kind.make();
      layer->use_threads(&pool);
      CHECK(identical(layer->forward(x, Mode::train), y));
      CHECK(identical(layer->backward(dy, Mode::train), dx));
    }
  }
}

TEST_CASE("every activation: nothing to train and nothing to save") {
  for (const ActivationKind& kind : activation_kinds()) {
    CAPTURE(kind.name);
    CHECK(kind.make()->parameters().empty());
    CHECK(kind.make()->buffers().empty());
  }
}

TEST_CASE("ACT.4: leaky ReLU passes positive numbers and a hundredth of negative ones, forward and backward") {
  LeakyReLU layer;
  const Tensor x = row_of({2, 0.5, 0, -1, -100}), dy = row_of({3, -4, 5, 6, -7});
  const Tensor y = layer.forward(x, Mode::train), dx = layer.backward(dy, Mode::train);
  const real slope = static_cast<real>(0.01);
  const real expected_y[] = {2, static_cast<real>(0.5), 0, -slope, -100 * slope};
  const real expected_dx[] = {3, -4, 5 * slope, 6 * slope, -7 * slope};
  for (std::size_t j = 0; j < 5; ++j) {
    CHECK(y(0, j) == expected_y[j]);
    CHECK(dx(0, j) == expected_dx[j]);
  }
}

TEST_CASE(
    "ACT.5: GELU is x times the normal distribution's function, with full relative accuracy where that is small") {
  GELU layer;
  const Tensor x = row_of({-8, -4, -1, -0.5, 0, 0.5, 1, 4, 8});
  const Tensor& y = layer.forward(x, Mode::eval);
  for (std::size_t j = 0; j < x.cols(); ++j) {
    const long double at = x(0, j);
    const long double exact = at * std::erfc(-at / std::sqrt(2.0L)) / 2;
    CHECK(std::fabs(static_cast<double>(y(0, j) - exact)) <= 40 * kClose * std::fabs(static_cast<double>(exact)));
  }
  // Values to six digits, from the paper's definition: x Φ(x) at -1 and at 1.
  CHECK(std::fabs(y(0, 2) + 0.158655) < 1e-6);
  CHECK(std::fabs(y(0, 6) - 0.841345) < 1e-6);
}

TEST_CASE("ACT.5: GELU's slope is 1/2 at 0, 0 at the minimum near -0.751792, and 1 and 0 far away") {
  GELU layer;
  const Tensor x = row_of({0, -0.7517915247, 12, -12}), ones = row_of({1, 1, 1, 1});
  layer.forward(x, Mode::train);
  const Tensor& dx = layer.backward(ones, Mode::train);
  const double expected[] = {0.5, 0, 1, 0};
  for (std::size_t j = 0; j < 4; ++j) CHECK(std::fabs(dx(0, j) - expected[j]) < 1e-6);
}

TEST_CASE("every activation: a NaN stays a NaN in the output") {
  for (const ActivationKind& kind : activation_kinds()) {
    CAPTURE(kind.name);
    CHECK(std::isnan(kind.make()->forward(row_of({std::nan("")}), Mode::train)(0, 0)));
  }
}

TEST_CASE("every activation: backward agrees with finite differences (gradient check)") {
  for (const ActivationKind& kind : activation_kinds()) check_gradients_of(kind.name);
}

}  // namespace bnlab::testing::activation_test
