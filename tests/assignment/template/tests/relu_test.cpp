// relu.

#include "bnlab/nn/relu.hpp"

#include "support.hpp"

using namespace bnlab;
using namespace testing;

TEST_CASE("relu: y is x where x is positive, else 0") {
  ReLU relu;
  const Tensor x = matrix({{-2, 0, 3}, {0.5, -0.25, 7}}), expected = matrix({{0, 0, 3}, {0.5, 0, 7}});
  CHECK(relu.forward(x, Mode::train) == near(expected));
  CHECK(relu.forward(x, Mode::eval) == near(expected));
}

TEST_CASE("relu: the gradient passes where x was positive, and nowhere else") {
  ReLU relu;
  const Tensor x = matrix({{-2, 0, 3}, {0.5, -0.25, 7}}), dy = matrix({{10, 20, 30}, {-40, 50, 60}});
  relu.forward(x, Mode::train);
  CHECK(relu.backward(dy, Mode::train) == near(matrix({{0, 0, 30}, {-40, 0, 60}})));
}
