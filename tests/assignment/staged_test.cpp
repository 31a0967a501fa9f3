// The staged backward pass of the assignment (assignment/template) must agree with the simplified one.
#include "assignment/template/src/nn/batchnorm_staged.cpp"
#include "bnlab/nn/batchnorm.hpp"
#include "support.hpp"

namespace bnlab::testing::staged_test {

namespace {

struct Statistics {
  Tensor mean, var;
};

Statistics statistics_of(const Tensor& x) {
  Statistics s{Tensor({x.cols()}), Tensor({x.cols()})};
  for (std::size_t d = 0; d < x.cols(); ++d) {
    double mean = 0, var = 0;
    for (std::size_t n = 0; n < x.rows(); ++n) mean += static_cast<double>(x(n, d)) / static_cast<double>(x.rows());
    for (std::size_t n = 0; n < x.rows(); ++n) {
      const double centred = static_cast<double>(x(n, d)) - mean;
      var += centred * centred / static_cast<double>(x.rows());
    }
    s.mean(d) = static_cast<real>(mean), s.var(d) = static_cast<real>(var);
  }
  return s;
}

Tensor random_tensor(std::initializer_list<std::size_t> shape, Random& random) {
  Tensor t(shape);
  for (real& value : t.stored()) value = static_cast<real>(random.uniform(-2, 2));
  return t;
}

}  // namespace

TEST_CASE("BN.9 in stages: dx_hat, dvar, dmean and dx arrive at what the simplified formula says") {
  Random random(1, "stages");
  for (const std::size_t N : {2u, 5u, 33u}) {
    for (const double eps : {1e-5, 0.5}) {
      const std::size_t D = 4;
      const Tensor x = random_tensor({N, D}, random), dy = random_tensor({N, D}, random);
      BatchNorm layer(D, {.eps = eps});
      layer.gamma = random_tensor({D}, random);
      layer.forward(x, Mode::train);
      const Tensor& right = layer.backward(dy, Mode::train);

      const Statistics s = statistics_of(x);
      const Tensor dx_hat = stage_dx_hat(dy, layer.gamma);
      const Tensor dvar = stage_dvar(dx_hat, x, s.mean, s.var, eps);
      const Tensor dmean = stage_dmean(dx_hat, dvar, x, s.mean, s.var, eps);
      const Tensor dx = stage_dx(dx_hat, dvar, dmean, x, s.mean, s.var, eps);
      double size = 0, difference = 0;
      for (std::size_t i = 0; i < dx.size(); ++i) {
        const double a = static_cast<double>(dx.stored()[i]), b = static_cast<double>(right.stored()[i]);
        size = std::max({size, std::abs(a), static_cast<double>(std::abs(dy.stored()[i]))});
        difference = std::max(difference, std::abs(a - b));
      }
      CAPTURE(N);
      CAPTURE(eps);
      CHECK(difference <= (sizeof(real) == 8 ? 1e-11 : 2e-4) * size);
    }
  }
}

// x = (1, 3), ε = 3, γ = 4: mean 2, variance 1, deviation 2. dy = (1, 3).
TEST_CASE("BN.9 in stages, on paper") {
  Tensor x({2, 1}), dy({2, 1}), gamma({1}), mean({1}), var({1});
  x(0, 0) = 1, x(1, 0) = 3, dy(0, 0) = 1, dy(1, 0) = 3, gamma(0) = 4, mean(0) = 2, var(0) = 1;
  const Tensor dx_hat = stage_dx_hat(dy, gamma);  // 4 dy
  CHECK((dx_hat(0, 0) == 4 && dx_hat(1, 0) == 12));
  const Tensor dvar = stage_dvar(dx_hat, x, mean, var, 3);  // -1/2 · 4^(-3/2) · (4 · -1 + 12 · 1)
  CHECK(dvar(0) == real{-0.5});
  const Tensor dmean = stage_dmean(dx_hat, dvar, x, mean, var, 3);  // -(4 + 12) / 2
  CHECK(dmean(0) == real{-8});
  const Tensor dx = stage_dx(dx_hat, dvar, dmean, x, mean, var, 3);  // 4/2 - 0.5 · 2 · -1 / 2 - 8/2 and 12/2 - 0.5 - 4
  CHECK((dx(0, 0) == real{-1.5} && dx(1, 0) == real{1.5}));
}

}  // namespace bnlab::testing::staged_test
