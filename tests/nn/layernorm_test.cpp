// Layer normalization against LN.1 to LN.7 in long double, and what follows from them.
#include "bnlab/nn/layernorm.hpp"

#include "gradients.hpp"

namespace bnlab::testing::layernorm_test {

namespace {

constexpr double kClose = kDouble ? 1e-12 : 1e-5;
using Row = std::vector<long double>;

struct Expected {
  Tensor y, dx, dgamma, dbeta;
};

// By the definitions: dx as Σ_k g_k ∂x̂_k/∂x_d, with the Jacobian of one example written out.
Expected oracle(const LayerNorm& layer, const Tensor& x, const Tensor& dy, long double eps) {
  const std::size_t N = x.rows(), D = x.cols();
  Expected e{Tensor({N, D}), Tensor({N, D}), Tensor({D}), Tensor({D})};
  for (std::size_t n = 0; n < N; ++n) {
    long double mean = 0, var = 0;
    for (std::size_t d = 0; d < D; ++d) mean += x(n, d) / static_cast<long double>(D);
    for (std::size_t d = 0; d < D; ++d) var += (x(n, d) - mean) * (x(n, d) - mean) / static_cast<long double>(D);
    const long double root = std::sqrt(var + eps);
    Row x_hat(D);
    for (std::size_t d = 0; d < D; ++d) {
      x_hat[d] = (x(n, d) - mean) / root;
      e.y(n, d) = static_cast<real>(layer.gamma(d) * x_hat[d] + layer.beta(d));
      e.dgamma(d) += static_cast<real>(dy(n, d) * x_hat[d]);
      e.dbeta(d) += dy(n, d);
    }
    for (std::size_t d = 0; d < D; ++d) {
      long double sum = 0;
      for (std::size_t k = 0; k < D; ++k) {
        const long double slope = ((k == d ? 1 : 0) - (1 + x_hat[k] * x_hat[d]) / static_cast<long double>(D)) / root;
        sum += static_cast<long double>(layer.gamma(k)) * dy(n, k) * slope;
      }
      e.dx(n, d) = static_cast<real>(sum);
    }
  }
  return e;
}

LayerNorm layer_of(std::size_t D, double eps = 1e-5) {
  LayerNorm layer(D, eps);
  layer.gamma = random_vector(D, "gamma", -1.5, 1.5);  // of both signs
  layer.beta = random_vector(D, "beta");
  return layer;
}

}  // namespace

TEST_CASE("LN.1 to LN.7: output and gradients agree with the definitions, for any N and D, with large and small eps") {
  for (const std::size_t N : {1u, 2u, 7u, 65u, 131u}) {
    for (const std::size_t D : {3u, 5u, 17u, 64u, 71u, 531u}) {  // with 2, x_hat is ±1 and dx nothing but rounding
      for (const double eps : {1e-5, 0.3}) {
        CAPTURE(N);
        CAPTURE(D);
        LayerNorm layer = layer_of(D, eps);
        const Tensor x = random_tensor(N, D, "x", -2, 3), dy = random_tensor(N, D, "dy");
        const Expected e = oracle(layer, x, dy, static_cast<long double>(eps));
        for (const Mode mode : {Mode::train, Mode::eval}) {  // the same in both
          CHECK(relative_error(layer.forward(x, mode), e.y) < kClose);
          CHECK(relative_error(layer.backward(dy, mode), e.dx) < 10 * kClose);
          CHECK(relative_error(layer.gamma_grad, e.dgamma) < kClose);
          CHECK(relative_error(layer.beta_grad, e.dbeta) < kClose);
        }
      }
    }
  }
}

// As in a batch of two: x̂ is 1 and -1 but for ε, and dx is what ε leaves of it. With s half the distance of the two
// features and q = (g_0 - g_1) / 2, dx_0 = -dx_1 = q ε / (s² + ε)^(3/2).
TEST_CASE("LN.7: an example of two features has a dx, which is what eps leaves of it") {
  const double eps = 1e-5;
  LayerNorm layer(2, eps);
  layer.gamma(0) = real{-2}, layer.gamma(1) = real{0.5};
  Tensor x({1, 2}), dy({1, 2});
  dy(0, 0) = real{1}, dy(0, 1) = real{3};
  for (const double s : {0.001, 0.01}) {
    x(0, 0) = static_cast<real>(s), x(0, 1) = static_cast<real>(-s);
    layer.forward(x, Mode::train);
    const Tensor& dx = layer.backward(dy, Mode::train);
    const double expected = (-2 - 1.5) / 2 * eps / std::pow(s * s + eps, 1.5);
    CHECK(std::fabs(static_cast<double>(dx(0, 0)) / expected - 1) < (kDouble ? 1e-12 : 1e-5));
    CHECK(std::fabs(static_cast<double>(dx(0, 1)) / expected + 1) < (kDouble ? 1e-12 : 1e-5));
  }
}

TEST_CASE(
    "LN.1 to LN.7: gamma of 0, and rows whose deviation is far below the root of eps, are as the definitions say") {
  LayerNorm layer = layer_of(9);
  layer.gamma(1) = layer.gamma(6) = 0;
  for (const double deviation : {1.0, 1e-4, 1e-6}) {
    Tensor x = random_tensor(5, 9, "x");
    for (real& value : x.stored()) value *= static_cast<real>(deviation);
    const Tensor dy = random_tensor(5, 9, "dy");
    const Expected e = oracle(layer, x, dy, 1e-5L);
    CHECK(relative_error(layer.forward(x, Mode::train), e.y) < kClose);
    CHECK(relative_error(layer.backward(dy, Mode::train), e.dx) < kClose);
    CHECK(relative_error(layer.gamma_grad, e.dgamma) < 10 * kClose);
    CHECK((layer.gamma_grad(1) != 0 && layer.gamma_grad(6) != 0));
  }
}

TEST_CASE("LN.1: an example's output does not depend on the examples beside it, to the last bit") {
  LayerNorm layer = layer_of(9);
  const Tensor all = random_tensor(6, 9, "x"), y = layer.forward(all, Mode::train);
  for (std::size_t n = 0; n < all.rows(); ++n) {
    Tensor one({1, 9});
    for (std::size_t d = 0; d < 9; ++d) one(0, d) = all(n, d);
    const Tensor& alone = layer.forward(one, Mode::train);
    for (std::size_t d = 0; d < 9; ++d) CHECK(alone(0, d) == y(n, d));
  }
}

TEST_CASE("LN.3, LN.4: with gamma 1 and beta 0 every row has mean 0 and, but for eps, mean square 1") {
  LayerNorm layer(50);
  const Tensor x = random_tensor(4, 50, "x", 100, 103), y = layer.forward(x, Mode::train);
  for (std::size_t n = 0; n < 4; ++n) {
    double sum = 0, squares = 0;
    for (std::size_t d = 0; d < 50; ++d) {
      sum += y(n, d);
      squares += static_cast<double>(y(n, d)) * y(n, d);
    }
    CHECK(std::fabs(sum / 50) < (kDouble ? 1e-13 : 1e-5));
    CHECK(std::fabs(squares / 50 - 1) < 1e-4);
  }
}

TEST_CASE("LN.7: rows of dx add up to 0 and are orthogonal to x_hat, as shifting or scaling a row changes no output") {
  LayerNorm layer = layer_of(30, 1e-12);
  const Tensor x = random_tensor(5, 30, "x", 2, 6), dy = random_tensor(5, 30, "dy");
  layer.forward(x, Mode::train);
  const Tensor& dx = layer.backward(dy, Mode::train);
  for (std::size_t n = 0; n < 5; ++n) {
    double sum = 0, along = 0, size = 0;
    for (std::size_t d = 0; d < 30; ++d) {
      sum += dx(n, d);
      along += static_cast<double>(dx(n, d)) * x(n, d);
      size += std::fabs(static_cast<double>(dx(n, d)) * x(n, d));
    }
    CHECK(std::fabs(sum) < (kDouble ? 1e-12 : 1e-5));
    CHECK(std::fabs(along) < (kDouble ? 1e-10 : 1e-4) * size);
  }
}

TEST_CASE("LN.3: a row of equal numbers becomes beta, and its gradient is finite") {
  LayerNorm layer = layer_of(4);
  Tensor x({2, 4});
  x.fill(real{3});
  const Tensor& y = layer.forward(x, Mode::train);
  for (std::size_t d = 0; d < 4; ++d) CHECK(y(0, d) == layer.beta(d));
  const Tensor& dx = layer.backward(random_tensor(2, 4, "dy"), Mode::train);
  for (const real value : dx.stored()) CHECK(std::isfinite(value));
}

TEST_CASE("LN.1 to LN.7: any number of threads computes the same bits") {
  const Tensor x = random_tensor(130, 301, "x"), dy = random_tensor(130, 301, "dy");
  LayerNorm one = layer_of(301);
  const Tensor y = one.forward(x, Mode::train), dx = one.backward(dy, Mode::train);
  for (const std::size_t threads : {2u, 3u, 4u}) {
    ThreadPool pool(threads);
    LayerNorm several = layer_of(301);
    several.use_threads(&pool);
    CHECK(identical(several.forward(x, Mode::train), y));
    CHECK(identical(several.backward(dy, Mode::train), dx));
    CHECK(identical(several.gamma_grad, one.gamma_grad));
    CHECK(identical(several.beta_grad, one.beta_grad));
  }
}

TEST_CASE("LN.1, LN.2: statistics are exact where the mean is large beside the deviation") {
  LayerNorm layer(64);
  Tensor x = random_tensor(3, 64, "x");
  for (real& value : x.stored()) value = static_cast<real>(10000 + 0.25 * std::round(8 * value));
  const Expected e = oracle(layer, x, x, 1e-5L);
  CHECK(relative_error(layer.forward(x, Mode::train), e.y) < (kDouble ? 1e-11 : 1e-6));
}

TEST_CASE("LN.5 to LN.7: backward agrees with finite differences (gradient check)") { check_gradients_of("layernorm"); }

}  // namespace bnlab::testing::layernorm_test
