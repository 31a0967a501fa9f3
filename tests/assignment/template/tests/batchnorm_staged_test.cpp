// batchnorm-backward in stages, each on its own, with the results of the stages before it as given numbers. These tests
// need no other task. The two columns are those of batchnorm_test.cpp: the roots of variance + eps are 2 and 4.
#include "bnlab/nn/batchnorm_staged.hpp"

#include "support.hpp"

using namespace bnlab;
using namespace testing;

namespace {

constexpr double eps = 3;
const Tensor x = matrix({{1, 5}, {3, 9}, {1, 11}, {3, 15}});
const Tensor mean = vector({2, 10}), var = vector({1, 13}), gamma_ = vector({2, 4});
const Tensor dy = matrix({{1, 0}, {2, 4}, {0, 0}, {9, 4}});
const Tensor dx_hat = matrix({{2, 0}, {4, 16}, {0, 0}, {18, 16}});
const Tensor dvar = vector({-1.25, -0.5}), dmean = vector({-12, -8});

}  // namespace

TEST_CASE("batchnorm-backward: stage 1, from dy to dx_hat") {
  // y = gamma x_hat + beta: dy/dx_hat is 2 in the first column, 4 in the second.
  CHECK(stage_dx_hat(dy, gamma_) == near(dx_hat));
}

TEST_CASE("batchnorm-backward: stage 2, the derivative with respect to the variance at constant x and mean") {
  CHECK(stage_dvar(dx_hat, x, mean, var, eps) == near(dvar));
}

TEST_CASE("batchnorm-backward: stage 3, the derivative with respect to the mean at constant x") {
  CHECK(stage_dmean(dx_hat, dvar, x, mean, var, eps) == near(dmean));
}

TEST_CASE("batchnorm-backward: stage 4, the derivative with respect to x over all three paths") {
  CHECK(stage_dx(dx_hat, dvar, dmean, x, mean, var, eps) ==
        near(matrix({{-1.375, -0.75}, {-1.625, 2.25}, {-2.375, -2.25}, {5.375, 0.75}})));
}
