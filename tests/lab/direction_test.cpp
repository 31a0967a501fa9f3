// Random directions in the gradient check: what a sample of entries does not see.
#include "bnlab/lab/direction.hpp"

#include <cmath>
#include <set>

#include "bnlab/lab/finite_difference.hpp"
#include "bnlab/lab/gradcheck_cases.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/tanh.hpp"
#include "support.hpp"

namespace bnlab::testing::direction_test {

namespace {

constexpr std::size_t kIn = 70, kOut = 41;

// A Linear whose dW is wrong at these entries, by so much.
class LinearWithWrongEntries : public Linear {
 public:
  struct Wrong {
    std::size_t i, j;
    double error;
  };
  explicit LinearWithWrongEntries(std::vector<Wrong> wrong) : Linear(kIn, kOut, Random(1, "fc1")), wrong_(wrong) {}
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    const Tensor& dx = Linear::backward(dy, mode);
    for (const Wrong& w : wrong_) weight_grad(w.i, w.j) += static_cast<real>(w.error);
    return dx;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<LinearWithWrongEntries>(*this); }

 private:
  std::vector<Wrong> wrong_;
};

GradientCheck check_weight(const std::vector<LinearWithWrongEntries::Wrong>& wrong, const GradcheckOptions& options) {
  Network network;
  network.add("fc1", LinearWithWrongEntries(wrong));
  return check_gradients(network, random_tensor(33, kIn, "x"), {}, Mode::train, options)[0];
}

std::vector<std::size_t> first_entries(std::size_t count) {
  std::vector<std::size_t> entries(count);
  for (std::size_t e = 0; e < count; ++e) entries[e] = e;
  return entries;
}

}  // namespace

TEST_CASE("GC.3: no single wrong entry survives, whichever it is, and the check finds which it is") {
  if (!kDouble) return;
  CHECK(check_weight({}, {.entries = 20}).good(1e-8));
  std::uint64_t seed = 0;
  for (const std::size_t i : {0u, 1u, 17u, 43u, 69u}) {
    for (const std::size_t j : {0u, 3u, 16u, 40u}) {
      for (const double error : {1.0, 1e-4}) {
        CAPTURE(i);
        CAPTURE(j);
        const GradientCheck check = check_weight({{i, j, error}}, {.entries = 5, .seed = ++seed});
        CHECK_FALSE(check.good(1e-8));
        CHECK(check.direction_error > 1e-8);
        CHECK(check.where == format("(%zu, %zu)", i, j));
        CHECK((check.analytic - check.numerical) / error == doctest::Approx(1).epsilon(1e-3));
      }
    }
  }
}

TEST_CASE("GC.3: the smallest error that is seen is some 1e-8 of the gradient's norm, as for entries") {
  if (!kDouble) return;
  CHECK_FALSE(check_weight({{43, 17, 1e-4}}, {.entries = 5}).good(1e-8));
  CHECK_FALSE(check_weight({{43, 17, 1e-5}}, {.entries = 5}).good(1e-8));
}

TEST_CASE("GC.3: errors that cancel along one direction do not along all: two that are equal and opposite are seen") {
  if (!kDouble) return;
  // Entries of one column have steps of the same length, so that for half of the directions the two cancel.
  int seen = 0;
  int seen_by_one = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<LinearWithWrongEntries::Wrong> wrong = {{3, 7, 0.01}, {50, 7, -0.01}};
    seen += !check_weight(wrong, {.entries = 1, .directions = 8, .seed = seed}).good(1e-8);
    seen_by_one += !check_weight(wrong, {.entries = 1, .directions = 1, .seed = seed}).good(1e-8);
  }
  CHECK(seen >= 19);
  CHECK((seen_by_one >= 3 && seen_by_one <= 17));  // 10 are expected
}

TEST_CASE("GC.3: an entry that backward does not write is NaN, and fails though no sample has it") {
  if (!kDouble) return;
  const GradientCheck check = check_weight({{43, 17, std::nan("")}}, {.entries = 5});
  CHECK(std::isnan(check.direction_error));
  CHECK_FALSE(check.good(HUGE_VAL));
}

TEST_CASE("direction: steps are a share of the column's deviation, their signs both ways and other ones each time") {
  Tensor t = random_tensor(50, 4, "t");
  for (std::size_t n = 0; n < 50; ++n) t(n, 2) *= 100;
  Random random(1, "directions");
  const Direction first = random_direction(t, first_entries(200), 1e-3, random);
  const Direction second = random_direction(t, first_entries(200), 1e-3, random);
  std::size_t positive = 0, alike = 0;
  for (std::size_t e = 0; e < 200; ++e) {
    const double expected = 1e-3 / std::sqrt(200.0) * (e % 4 == 2 ? 100 : 1) * 0.577;
    CHECK(std::abs(static_cast<double>(first.steps[e])) / expected == doctest::Approx(1).epsilon(0.1));
    positive += first.steps[e] > 0;
    alike += (first.steps[e] > 0) == (second.steps[e] > 0);
  }
  CHECK((positive > 60 && positive < 140));
  CHECK((alike > 60 && alike < 140));
}

TEST_CASE("GC.3: the slope along a direction is the sum of the entries' slopes, and the tensor is left as it was") {
  if (!kDouble) return;
  Network network;
  network.add("fc1", Linear(kIn, kOut, Random(1, "fc1")));
  network.add("act1", Tanh());
  LossFunction f = {.network = network,
                    .x = random_tensor(33, kIn, "x"),
                    .dx = {},
                    .labels = {},
                    .mode = Mode::train,
                    .random = Random(1, "upstream")};
  f.backward();
  const Parameter weight = f.tensors()[0];
  const Tensor before = *weight.value, gradient = *weight.grad;
  Random random(1, "directions");
  for (const std::size_t count : {1u, 2u, 100u, 2870u}) {
    const Direction direction = random_direction(before, first_entries(count), 1e-3, random);
    const Slopes slopes = slopes_along(f, weight, gradient, direction, 5);
    double sum = 0, squares = 0;
    for (std::size_t e = 0; e < count; ++e) {
      const double term = gradient(e / kOut, e % kOut) * direction.steps[e];
      sum += term;
      squares += term * term;
    }
    CHECK(std::abs(slopes.analytic - sum) <= 1e-12 * slopes.size);
    CHECK(std::abs(slopes.size / std::sqrt(squares) - 1) < 1e-12);
    CHECK(std::abs(*slopes.numerical - sum) < 1e-9 * slopes.size);
    CHECK_FALSE(slopes.moved);
    CHECK(identical(*weight.value, before));
  }
}

TEST_CASE("GC.3: where a direction crosses a kink the point is moved off it, both gradients with it") {
  if (!kDouble) return;
  Network network;
  network.add("relu", ReLU());
  Tensor x = random_tensor(40, 30, "x");
  x(1, 2) = 0, x(3, 0) = static_cast<real>(1e-7), x(39, 29) = static_cast<real>(-1e-7);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const GradientCheck check = check_gradients(network, x, {}, Mode::train, {.entries = 10, .seed = seed}).back();
    CHECK(check.at_kink == 0);
    CHECK(check.good(1e-8));
  }
}

TEST_CASE("gradcheck: each class is the label of some example, for every seed") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const GradcheckCase& c : cases_of("loss", Network(), gradcheck_input(11, 10, seed), seed, 10)) {
      CHECK(std::set<int>(c.labels.begin(), c.labels.end()).size() == 10);
    }
  }
}

TEST_CASE(
    "gradcheck: the rows have gamma of both signs and 0, two examples and over a thousand, one feature and many") {
  bool negative = false, zero = false, positive = false;
  std::set<std::size_t> examples, features;
  double least_deviation = 1;
  for (const GradcheckCase& c : layer_cases(1)) {
    if (!c.name.starts_with("batchnorm")) continue;
    examples.insert(c.x.rows());
    features.insert(c.x.cols());
    Network network = c.network;
    for (const Parameter& p : network.parameters()) {
      if (p.name != "layer.weight") continue;
      for (const real gamma : p.value->stored()) {
        (gamma < 0 ? negative : gamma > 0 ? positive : zero) = true;
      }
    }
    if (c.x.rows() > 1) least_deviation = std::min(least_deviation, scale_of(c.x, c.x.cols() - 1));
  }
  CHECK((negative && zero && positive));
  CHECK((examples.contains(1) && examples.contains(2) && *examples.rbegin() > 1000));
  CHECK((features.contains(1) && *features.rbegin() > 1000));
  CHECK(least_deviation < 2e-5);
}

}  // namespace bnlab::testing::direction_test
