// Softmax and cross-entropy against their definitions in long double, and at the edges where a plain exp fails.
#include "bnlab/nn/loss.hpp"

#include <limits>

#include "gradients.hpp"

namespace bnlab::testing::loss_test {

namespace {

constexpr double kClose = kDouble ? 1e-13 : 1e-6;
using Labels = std::vector<std::uint8_t>;
using Wide = std::vector<std::vector<long double>>;

Wide wide(const Tensor& t) {
  Wide w(t.rows(), std::vector<long double>(t.cols()));
  for (std::size_t n = 0; n < t.rows(); ++n) {
    for (std::size_t c = 0; c < t.cols(); ++c) w[n][c] = static_cast<long double>(t(n, c));
  }
  return w;
}

// Straight from the definition: -log of the label's share of the exponentials, averaged. For moderate logits.
long double oracle(const Wide& logits, const Labels& labels) {
  long double total = 0;
  for (std::size_t n = 0; n < logits.size(); ++n) {
    long double sum = 0;
    for (const long double z : logits[n]) sum += std::exp(z);
    total -= std::log(std::exp(logits[n][labels[n]]) / sum);
  }
  return total / static_cast<long double>(logits.size());
}

// A central difference of the oracle, of fourth order.
Tensor oracle_gradient(const Tensor& logits, const Labels& labels) {
  Wide z = wide(logits);
  Tensor gradient({logits.rows(), logits.cols()});
  const long double h = 1e-3L;
  for (std::size_t n = 0; n < logits.rows(); ++n) {
    for (std::size_t c = 0; c < logits.cols(); ++c) {
      const long double kept = z[n][c];
      const auto at = [&](long double shift) { return z[n][c] = kept + shift, oracle(z, labels); };
      gradient(n, c) = static_cast<real>((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h));
      z[n][c] = kept;
    }
  }
  return gradient;
}

Tensor matrix(std::initializer_list<std::initializer_list<double>> rows) {
  Tensor t({rows.size(), rows.begin()->size()});
  std::size_t n = 0;
  for (const auto& row : rows) {
    std::size_t c = 0;
    for (const double value : row) t(n, c++) = static_cast<real>(value);
    ++n;
  }
  return t;
}

double loss_of(const Tensor& logits, const Labels& labels) { return SoftmaxCrossEntropy().forward(logits, labels); }

}  // namespace

TEST_CASE("CE.2, CE.3: probabilities and mean loss are those of the definition") {
  SoftmaxCrossEntropy criterion;
  const Tensor logits = random_tensor(5, 7, "logits", -4, 4);
  const Labels labels = {3, 0, 6, 1, 3};
  const double expected = static_cast<double>(oracle(wide(logits), labels));
  CHECK(std::fabs(criterion.forward(logits, labels) / expected - 1) < kClose);
  const Tensor& p = criterion.probabilities();
  REQUIRE(p.same_shape(logits));
  for (std::size_t n = 0; n < 5; ++n) {
    long double sum = 0, total = 0;
    for (std::size_t c = 0; c < 7; ++c) sum += std::exp(static_cast<long double>(logits(n, c)));
    for (std::size_t c = 0; c < 7; ++c) {
      const long double exact = std::exp(static_cast<long double>(logits(n, c))) / sum;
      CHECK(std::fabs(static_cast<double>(static_cast<long double>(p(n, c)) / exact - 1)) < kClose);
      total += static_cast<long double>(p(n, c));
    }
    CHECK(std::fabs(static_cast<double>(total - 1)) < kClose);
  }
}

TEST_CASE("CE.4: the gradient is that of the mean loss, for N = 5 and C = 7, and every row of it sums to 0") {
  SoftmaxCrossEntropy criterion;
  const Tensor logits = random_tensor(5, 7, "logits", -4, 4);
  const Labels labels = {3, 0, 6, 1, 3};
  criterion.forward(logits, labels);
  for (int pass = 0; pass < 2; ++pass) {
    const Tensor& gradient = criterion.backward();
    CHECK(relative_error(gradient, oracle_gradient(logits, labels)) < (kDouble ? 1e-10 : 1e-6));
    for (std::size_t n = 0; n < 5; ++n) {
      double sum = 0;
      for (std::size_t c = 0; c < 7; ++c) sum += static_cast<double>(gradient(n, c));
      CHECK(std::fabs(sum) < kClose);
      CHECK(gradient(n, labels[n]) < 0.0);
    }
  }
}

TEST_CASE("CE.3, CE.4: every class as the label, of two classes up to 256, alone and among others") {
  for (const std::size_t C : {2u, 3u, 10u, 26u, 47u, 100u, 256u}) {
    CAPTURE(C);
    const Tensor logits = random_tensor(C, C, "logits", -3, 3);
    Labels labels(C);
    for (std::size_t n = 0; n < C; ++n) labels[n] = static_cast<std::uint8_t>(C - 1 - n);
    SoftmaxCrossEntropy all, one;
    const double loss = all.forward(logits, labels);
    CHECK(std::fabs(loss / static_cast<double>(oracle(wide(logits), labels)) - 1) < kClose);
    const Tensor& gradient = all.backward();
    double sum_of_losses = 0;
    for (std::size_t n = 0; n < C; ++n) {
      CAPTURE(n);
      Tensor row({1, C});
      std::copy_n(logits.row(n), C, row.row(0));
      sum_of_losses += one.forward(row, {&labels[n], 1});
      const Tensor& of_one = one.backward();
      long double sum = 0;
      for (std::size_t c = 0; c < C; ++c) sum += std::exp(static_cast<long double>(row(0, c)));
      double worst = 0;
      for (std::size_t c = 0; c < C; ++c) {
        const long double expected = std::exp(static_cast<long double>(row(0, c))) / sum - (c == labels[n] ? 1 : 0);
        worst = std::max(worst, std::fabs(static_cast<double>(of_one(0, c) - expected)));
        worst = std::max(worst, std::fabs(static_cast<double>(gradient(n, c) * static_cast<real>(C) - expected)));
      }
      CHECK(worst < 10 * kClose);
    }
    CHECK(std::fabs(loss * static_cast<double>(C) / sum_of_losses - 1) < 10 * kClose);
  }
}

TEST_CASE(
    "CE.4: a row whose label is all but certain has a gradient, too: minus the probability of all other classes") {
  for (const double lead : {5.0, 10.0, 12.0}) {
    SoftmaxCrossEntropy criterion;
    criterion.forward(matrix({{0, lead, 0}}), Labels{1});
    const double others = std::exp(-lead) / (1 + 2 * std::exp(-lead));
    CHECK(std::fabs(static_cast<double>(criterion.backward()(0, 0)) / others - 1) < 10 * kClose);
    CHECK(std::fabs(static_cast<double>(criterion.backward()(0, 1)) + 2 * others) < kClose);
  }
}

TEST_CASE("CE.4: a smaller batch after a larger one has a gradient of its own size") {
  SoftmaxCrossEntropy criterion;
  const Tensor large = random_tensor(6, 4, "large"), small = random_tensor(2, 4, "small");
  criterion.forward(large, Labels{0, 1, 2, 3, 0, 1});
  criterion.backward();
  criterion.forward(small, Labels{2, 0});
  CHECK(relative_error(criterion.backward(), oracle_gradient(small, {2, 0})) < (kDouble ? 1e-10 : 1e-6));
  CHECK(criterion.correct().size() == 2);
}

TEST_CASE("CE.1: logits of 1000, 0 and -1000 give exactly the losses 0, 1000 and 2000") {
  const Tensor logits = matrix({{1000, 0, -1000}});
  CHECK(loss_of(logits, {0}) == 0);
  CHECK(loss_of(logits, {1}) == 1000);
  CHECK(loss_of(logits, {2}) == 2000);
  SoftmaxCrossEntropy criterion;
  criterion.forward(logits, Labels{1});
  const Tensor& gradient = criterion.backward();
  CHECK(gradient(0, 0) == 1.0);
  CHECK(gradient(0, 1) == -1.0);
  CHECK(gradient(0, 2) == 0.0);
}

TEST_CASE("CE.1: a row of very negative logits is like any other") {
  const double log3 = std::log(3.0);
  CHECK(std::fabs(loss_of(matrix({{-1e5, -1e5, -1e5}}), {1}) - log3) < 1e-15 * 10);
  CHECK(std::fabs(loss_of(matrix({{1e5, 1e5, 1e5}}), {1}) - log3) < 1e-15 * 10);
  const Tensor near = matrix({{0, 1, -2}}), far = matrix({{-4096, -4095, -4098}});
  for (std::uint8_t label = 0; label < 3; ++label) CHECK(loss_of(near, {label}) == loss_of(far, {label}));
}

TEST_CASE("CE.3: the better the logits, the nearer the loss to 0, without a floor") {
  for (const double lead : {5.0, 10.0, 20.0}) {
    const Tensor logits = matrix({{0, lead, 0, 0, 0, 0, 0, 0, 0, 0}});
    CHECK(std::fabs(loss_of(logits, {1}) / std::log1p(9 * std::exp(-lead)) - 1) < 1e-5);
  }
  CHECK(loss_of(matrix({{0, 200, 0}, {200, 0, 0}}), {1, 0}) < 1e-30);
}

TEST_CASE("CE.3: equal logits give log C") {
  for (const std::size_t C : {2u, 7u, 10u, 200u}) {
    Tensor logits({3, C});
    logits.fill(static_cast<real>(0.7));
    CHECK(std::fabs(loss_of(logits, {0, 1, 1}) - std::log(static_cast<double>(C))) < 1e-12);
  }
}

TEST_CASE("CE.3: the loss is a mean, so a batch said twice has the loss of the batch") {
  const Tensor logits = random_tensor(3, 4, "logits");
  Tensor twice({6, 4});
  for (std::size_t n = 0; n < 6; ++n) {
    for (std::size_t c = 0; c < 4; ++c) twice(n, c) = logits(n % 3, c);
  }
  CHECK(std::fabs(loss_of(twice, {0, 1, 3, 0, 1, 3}) / loss_of(logits, {0, 1, 3}) - 1) < 1e-14);
}

TEST_CASE("a label out of range and a wrong number of labels are errors") {
  const Tensor logits = random_tensor(3, 4, "logits");
  SoftmaxCrossEntropy criterion;
  const std::string label = error_of([&] { criterion.forward(logits, Labels{0, 4, 1}); });
  CHECK(contains(label, "below 4"));
  CHECK(contains(label, "got 4"));
  CHECK(error_of([&] { criterion.forward(logits, Labels{0, 255, 1}); }) != "");
  const std::string count = error_of([&] { criterion.forward(logits, Labels{0, 1}); });
  CHECK(contains(count, "3"));
  CHECK(contains(count, "2"));
  CHECK(error_of([&] { criterion.forward(logits, Labels{0, 1, 2, 3}); }) != "");
  CHECK(error_of([&] { criterion.forward(logits, Labels{0, 1, 3}); }) == "");
}

TEST_CASE("a logit that is NaN or +infinity gives a loss that is not finite, wherever it stands") {
  for (const double bad : {std::nan(""), HUGE_VAL}) {
    for (std::size_t n = 0; n < 2; ++n) {
      for (std::size_t c = 0; c < 3; ++c) {
        CAPTURE(bad);
        CAPTURE(n);
        CAPTURE(c);
        Tensor logits = matrix({{0.5, 1, -1}, {2, 0, 1}});
        logits(n, c) = static_cast<real>(bad);
        CHECK_FALSE(std::isfinite(loss_of(logits, {1, 0})));
      }
    }
  }
  const double low = -HUGE_VAL;
  CHECK_FALSE(std::isfinite(loss_of(matrix({{low, low, low}}), {1})));
}

TEST_CASE("an example is correct where its label has the largest logit; of equal ones the first counts") {
  SoftmaxCrossEntropy criterion;
  const Tensor logits = matrix({{1, 3, 2}, {1, 3, 2}, {5, 5, 0}, {5, 5, 0}, {-3, -2, -1}});
  criterion.forward(logits, Labels{1, 2, 0, 1, 2});
  const Labels found(criterion.correct().begin(), criterion.correct().end());
  CHECK(found == Labels{1, 0, 1, 0, 1});
}

TEST_CASE("an example is correct by its logits, also where they are too near for their probabilities to differ") {
  SoftmaxCrossEntropy criterion;
  criterion.forward(matrix({{0, 1e-30, 0}, {0, 1e-30, 0}, {-1e-30, 0, -1}}), Labels{1, 0, 1});
  CHECK(Labels(criterion.correct().begin(), criterion.correct().end()) == Labels{1, 0, 1});
}

TEST_CASE("CE.3, CE.4: ten thousand examples, and two hundred classes, lose no digits of the loss") {
  const Tensor one = random_tensor(1, 200, "logits", -1, 1);
  Tensor all({10007, 200});
  for (std::size_t n = 0; n < all.rows(); ++n) std::copy_n(one.row(0), 200, all.row(n));
  const double expected = static_cast<double>(oracle(wide(one), {17}));
  CHECK(std::fabs(loss_of(one, {17}) / expected - 1) < (kDouble ? 1e-14 : 3e-8));
  CHECK(std::fabs(loss_of(all, Labels(10007, 17)) / loss_of(one, {17}) - 1) < 1e-12);
}

TEST_CASE("CE.4: the gradient is that of the labels that forward was given, whatever becomes of the caller's own") {
  SoftmaxCrossEntropy criterion;
  const Tensor logits = random_tensor(5, 7, "logits", -4, 4);
  Labels labels = {3, 0, 6, 1, 3};
  criterion.forward(logits, labels);
  const Tensor gradient = criterion.backward();
  labels.assign(5, 5);
  CHECK(identical(criterion.backward(), gradient));
}

TEST_CASE("CE.4: backward agrees with finite differences (gradient check)") {
  check_gradients_of("softmax-cross-entropy");
}

}  // namespace bnlab::testing::loss_test
