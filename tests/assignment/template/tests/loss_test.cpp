// softmax-cross-entropy. Logits are logarithms of whole numbers, so that probabilities are simple fractions.
#include "bnlab/nn/loss.hpp"

#include "bnlab/core/error.hpp"
#include "support.hpp"

using namespace bnlab;
using namespace testing;
using doctest::Approx;

namespace {

const double kLog2 = std::log(2.0), kLog3 = std::log(3.0), kLog4 = std::log(4.0);

// e^z is (1 1 2) with the sum 4, and (3 1 4) with the sum 8.
const Tensor logits = matrix({{0, 0, kLog2}, {kLog3, 0, kLog4}});
const Bytes labels = {2, 1};

}  // namespace

TEST_CASE("softmax-cross-entropy: the loss is the batch's mean of -log of the label's probability") {
  SoftmaxCrossEntropy loss;
  // Labels 2 and 1 have the probabilities 1/2 and 1/8, whose logarithms are -log 2 and -3 log 2.
  CHECK(loss.forward(logits, labels) == Approx(2 * kLog2).epsilon(1e-4));
  CHECK(loss.probabilities() == near(matrix({{0.25, 0.25, 0.5}, {0.375, 0.125, 0.5}})));
  // Four equal logits: log 4, whatever the labels. This is another batch, of another size.
  CHECK(loss.forward(matrix({{7, 7, 7, 7}, {0, 0, 0, 0}, {-1, -1, -1, -1}}), Bytes{0, 3, 1}) ==
        Approx(kLog4).epsilon(1e-4));
}

TEST_CASE("softmax-cross-entropy: the gradient; each row sums to 0") {
  SoftmaxCrossEntropy loss;
  loss.forward(logits, labels);
  // Softmax is invariant to a constant added to all logits of a row.
  CHECK(loss.backward() == near(matrix({{0.125, 0.125, -0.25}, {0.1875, -0.4375, 0.25}})));
  // One example alone, so that nothing is divided among two.
  loss.forward(matrix({{0, 0, kLog2}}), Bytes{0});
  CHECK(loss.backward() == near(matrix({{-0.75, 0.25, 0.5}})));
}

TEST_CASE("softmax-cross-entropy: numerically stable for very large and very small logits") {
  SoftmaxCrossEntropy loss;
  CHECK(loss.forward(matrix({{1000, 0, -1000}}), Bytes{0}) == Approx(0).epsilon(1e-4));
  CHECK(loss.probabilities() == near(matrix({{1, 0, 0}})));
  // The sum is 1 beside e^-1000, which no number holds; yet -log p is 1000.
  CHECK(loss.forward(matrix({{1000, 0, -1000}}), Bytes{1}) == Approx(1000).epsilon(1e-4));
  CHECK(loss.forward(matrix({{-50000, -50000}}), Bytes{1}) == Approx(kLog2).epsilon(1e-4));
}

TEST_CASE("softmax-cross-entropy: correct predictions; a label out of range is an Error") {
  SoftmaxCrossEntropy loss;
  // The argmax is the label; it is not; two equal maxima, where the label is the first; where it is the second.
  loss.forward(matrix({{1, 2, 0}, {1, 2, 0}, {-3, -1, -1}, {-3, -1, -1}}), Bytes{1, 0, 1, 2});
  CHECK(joined({loss.correct().begin(), loss.correct().end()}, " ") == "1 0 1 0");
  CHECK_THROWS_AS(loss.forward(logits, Bytes{0, 3}), Error);  // classes are 0, 1 and 2
}
