// linear-forward and linear-backward: N = 2 examples, 3 inputs, 4 outputs, all in whole numbers.
#include "bnlab/nn/linear.hpp"

#include "support.hpp"

using namespace bnlab;
using namespace testing;

namespace {

Linear layer() {
  Linear linear(3, 4, Random(1, "fc"));
  linear.weight = matrix({{1, 0, 2, -1}, {0, 1, -1, 2}, {1, 1, 0, 0}}, Layout::panels);
  linear.bias = vector({10, 20, 30, 40});
  return linear;
}

const Tensor x = matrix({{1, 2, 3}, {0, -1, 2}});
const Tensor dy = matrix({{1, 0, 2, -1}, {0, 3, 1, 1}});

// The backward pass needs a forward pass before it, but not its result, so linear-forward need not be done.
void forward_first(Linear& linear) {
  try {
    linear.forward(x, Mode::train);
  } catch (const Error&) {
  }
}

}  // namespace

TEST_CASE("linear-forward: y = x W + b") {
  Linear linear = layer();
  // First row:   1 (1 0 2 -1) + 2 (0 1 -1 2) + 3 (1 1 0 0) = (4 5 0 3),  and b.
  // Second row: -1 (0 1 -1 2) + 2 (1 1 0 0) = (2 1 1 -2),  and b.
  CHECK(linear.forward(x, Mode::train) == near(matrix({{14, 25, 30, 43}, {12, 21, 31, 38}})));
}

TEST_CASE("linear-forward: an input of zeros gives the bias, a single 1 adds that input's row of W") {
  Linear linear = layer();
  const Tensor inputs = matrix({{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0}});
  const Tensor expected =
      matrix({{10, 20, 30, 40}, {11, 20, 32, 39}, {10, 21, 29, 42}, {11, 21, 30, 40}, {10, 20, 30, 40}});
  CHECK(linear.forward(inputs, Mode::eval) == near(expected));
}

// In the tests of backward the loss is the sum of dy times y, entry by entry. It is linear in each of W, b and x, so an
// entry of a gradient is the change of the loss when that entry of W, b or x increases by 1.

TEST_CASE("linear-backward: dW and db are the derivatives of the loss with respect to each weight and bias") {
  Linear linear = layer();
  forward_first(linear);
  for (const int pass : {1, 2}) {  // gradients are overwritten, not accumulated
    CAPTURE(pass);
    linear.backward(dy, Mode::train);
    // W in row 1, column 2: when it rises by 1, y in column 2 rises by 2 in the first row and falls by 1 in the second,
    // and the loss rises by 2 * 2 - 1 * 1 = 3.
    CHECK(linear.weight_grad == near(matrix({{1, 0, 2, -1}, {2, -3, 3, -3}, {3, 6, 8, -1}})));
    CHECK(linear.bias_grad == near(vector({1, 3, 3, 0})));
  }
}

TEST_CASE("linear-backward: dx is the derivative of the loss with respect to each input") {
  Linear linear = layer();
  forward_first(linear);
  // x in row 0, column 1: when it rises by 1, the first row of y rises by (0 1 -1 2), and the loss by
  // 1 * 0 + 0 * 1 - 2 * 1 - 1 * 2 = -4.
  CHECK(linear.backward(dy, Mode::train) == near(matrix({{6, -4, 1}, {1, 4, 3}})));
}
