// batchnorm-forward, batchnorm-evaluation and batchnorm-backward.
//
// A forward pass in training mode computes y, then updates the running statistics, which is part of
// batchnorm-evaluation. Until that is done, it throws "not implemented: batchnorm-evaluation", and most tests here fail
// with that message: those of batchnorm-forward too. `make grade TASK=batchnorm-forward` looks at that task alone. The
// tests of batchnorm-backward need both others; `make gradcheck` compares with finite differences.
#include "bnlab/nn/batchnorm.hpp"

#include <optional>

#include "support.hpp"

using namespace bnlab;
using namespace testing;

namespace {

BatchNorm layer_of(const Tensor& gamma, const Tensor& beta) {
  BatchNorm layer(gamma.cols(), {.eps = 3, .momentum = 0.5});
  layer.gamma = gamma, layer.beta = beta;
  return layer;
}

// Small enough to do by hand: x = (1, 3) has mean 2 and variance 1, and the root of 1 + eps is 2.
BatchNorm small_layer() { return layer_of(vector({4}), vector({1})); }
const Tensor small_x = matrix({{1}, {3}}), odd_x = matrix({{3}, {5}, {7}});

// Two columns of four. The first has mean 2 and variance 1; the second has mean 10 and the deviations from it
// -5 -1 1 5, so its variance is (25 + 1 + 1 + 25) / 4 = 13. With eps = 3 the roots are 2 and 4, and so
// x_hat = (-1/2 1/2 -1/2 1/2) and (-5/4 -1/4 1/4 5/4).
BatchNorm wide_layer() { return layer_of(vector({2, 4}), vector({1, -1})); }
const Tensor wide_x = matrix({{1, 5}, {3, 9}, {1, 11}, {3, 15}});

// For evaluation mode: with eps = 3 the roots are those of 6 + 3 and 1 + 3, which are 3 and 2.
BatchNorm trained_layer() {
  BatchNorm layer = layer_of(vector({6, 8}), vector({1, 0}));
  layer.running_mean = vector({1, -2}), layer.running_var = vector({6, 1});
  return layer;
}
const Tensor new_x = matrix({{4, 0}, {1, -4}, {-2, 2}});  // x_hat = (1 0 -1) and (1 -1 2)

}  // namespace

TEST_CASE("batchnorm-forward: the example worked out by hand") {
  BatchNorm layer = small_layer();
  // x_hat = (1 - 2) / 2 and (3 - 2) / 2;  y = 4 (-1/2) + 1 and 4 (1/2) + 1
  CHECK(layer.forward(small_x, Mode::train) == near(matrix({{-1}, {3}})));
}

TEST_CASE("batchnorm-forward: each column has a mean, a variance, a gamma and a beta of its own") {
  BatchNorm layer = wide_layer();
  CHECK(layer.forward(wide_x, Mode::train) == near(matrix({{0, -6}, {2, -2}, {0, 0}, {2, 4}})));
  // Another batch, of three: the means are 3 and 0, the variances (9 + 9 + 0) / 3 = 6 and 6, so that all roots are 3.
  const Tensor x = matrix({{0, 3}, {6, 0}, {3, -3}});
  CHECK(layer.forward(x, Mode::train) == near(matrix({{-1, 3}, {3, -1}, {1, -5}})));
}

TEST_CASE("batchnorm-forward: a constant added to a column, 10000, does not change y") {
  BatchNorm layer = wide_layer();
  const Tensor x = matrix({{10001, 5}, {10003, 9}, {10001, 11}, {10003, 15}});
  CHECK(layer.forward(x, Mode::train) == near(matrix({{0, -6}, {2, -2}, {0, 0}, {2, 4}})));
}

TEST_CASE("batchnorm-evaluation: training updates the running statistics with those of the batch") {
  BatchNorm layer = small_layer();
  layer.forward(small_x, Mode::train);
  // Half the old and half the batch's: its mean is 2, its unbiased variance (1 + 1) / (2 - 1) = 2.
  CHECK(layer.running_mean == near(vector({1})));   // (0 + 2) / 2
  CHECK(layer.running_var == near(vector({1.5})));  // (1 + 2) / 2
  // The mean of 3, 5 and 7 is 5, the unbiased variance (4 + 0 + 4) / (3 - 1) = 4.
  layer.forward(odd_x, Mode::train);
  CHECK(layer.running_mean == near(vector({3})));    // (1 + 5) / 2
  CHECK(layer.running_var == near(vector({2.75})));  // (1.5 + 4) / 2
}

TEST_CASE("batchnorm-evaluation: without a momentum all batches have the same weight") {
  BatchNorm layer(1, {.eps = 3, .momentum = std::nullopt});
  layer.forward(small_x, Mode::train);  // mean 2, unbiased variance 2; the initial 0 and 1 have no weight
  layer.forward(odd_x, Mode::train);    // 5 and 4
  layer.forward(matrix({{12}, {10}, {14}}), Mode::train);  // 12 and 4: the third batch has the weight 1/3
  CHECK(layer.running_mean == near(vector({19.0 / 3})));
  CHECK(layer.running_var == near(vector({10.0 / 3})));
}

TEST_CASE("batchnorm-evaluation: evaluation mode normalises with the running statistics and does not change them") {
  BatchNorm layer = trained_layer();
  // 6 (1 0 -1) + 1 and 8 (1 -1 2)
  CHECK(layer.forward(new_x, Mode::eval) == near(matrix({{7, 8}, {1, -8}, {-5, 16}})));
  CHECK(layer.forward(matrix({{-2, 2}}), Mode::eval) == near(matrix({{-5, 16}})));  // one example is enough
  CHECK(layer.running_mean == near(vector({1, -2})));
  CHECK(layer.running_var == near(vector({6, 1})));
  CHECK(layer.num_batches_tracked == 0);
}

TEST_CASE("batchnorm-evaluation: the backward pass of evaluation mode, where the statistics are constants") {
  BatchNorm layer = trained_layer();
  layer.forward(new_x, Mode::eval);
  // dy/dx is 6/3 = 2 in the first column, 8/2 = 4 in the second; other examples do not matter.
  CHECK(layer.backward(matrix({{1, 2}, {0, 1}, {3, -1}}), Mode::eval) == near(matrix({{2, 8}, {0, 4}, {6, -4}})));
  CHECK(layer.gamma_grad == near(vector({-2, -1})));
  CHECK(layer.beta_grad == near(vector({4, 2})));
}

TEST_CASE("batchnorm-backward: the example worked out by hand") {
  BatchNorm layer = small_layer();
  layer.forward(small_x, Mode::train);
  const Tensor& dx = layer.backward(matrix({{1}, {3}}), Mode::train);
  CHECK(layer.beta_grad == near(vector({4})));
  CHECK(layer.gamma_grad == near(vector({1})));
  CHECK(dx == near(matrix({{-1.5}, {1.5}})));
}

TEST_CASE("batchnorm-backward: each column has gradients of its own, and they are overwritten, not accumulated") {
  BatchNorm layer = wide_layer();
  const Tensor dy = matrix({{1, 0}, {2, 4}, {0, 0}, {9, 4}});
  layer.forward(wide_x, Mode::train);
  for (const int pass : {1, 2}) {  // each column of dx sums to 0: a constant added to x does not change y
    CAPTURE(pass);
    CHECK(layer.backward(dy, Mode::train) ==
          near(matrix({{-1.375, -0.75}, {-1.625, 2.25}, {-2.375, -2.25}, {5.375, 0.75}})));
    CHECK(layer.beta_grad == near(vector({12, 8})));
    CHECK(layer.gamma_grad == near(vector({5, 4})));
  }
}

TEST_CASE("batchnorm-backward: where dy is the same in all rows, dx is 0, as the sum of y is always N beta") {
  BatchNorm layer = wide_layer();
  layer.forward(wide_x, Mode::train);
  CHECK(layer.backward(matrix({{3, -2}, {3, -2}, {3, -2}, {3, -2}}), Mode::train) ==
        near(matrix({{0, 0}, {0, 0}, {0, 0}, {0, 0}})));
  CHECK(layer.beta_grad == near(vector({12, -8})));
}
