// The checker is only worth something if it fails where it should. Float leaves differences too few digits for the
// bounds, so those cases run in the double build; `make test` runs both.
#include "bnlab/lab/gradcheck.hpp"

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/sigmoid.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/train/architecture.hpp"
#include "support.hpp"

namespace bnlab::testing::gradcheck_test {

namespace {

// y = x², entry by entry; backward is right for factor 2.
class Square : public Layer {
 public:
  explicit Square(double factor) : Layer("Square"), factor_(static_cast<real>(factor)) {}
  const Tensor& forward(const Tensor& x, Mode mode) override {
    remember(x, mode);
    y_ = x;
    for (real& value : y_.stored()) value *= value;
    return y_;
  }
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    const Tensor& x = recall(dy, mode);
    dx_ = dy;
    for (std::size_t i = 0; i < dy.size(); ++i) dx_.stored()[i] *= factor_ * x.stored()[i];
    return dx_;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Square>(*this); }

 private:
  real factor_;
};

// y = x², with a backward pass that is right for all entries but one, where it is off by 0.001.
class OneWrongEntry : public Square {
 public:
  OneWrongEntry() : Square(2) {}
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    result_ = Square::backward(dy, mode);
    result_(17, 3) += static_cast<real>(0.001);
    return result_;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<OneWrongEntry>(*this); }

 private:
  Tensor result_;
};

// y = x², with a backward pass that leaves out the last entry.
class LastEntryForgotten : public Square {
 public:
  LastEntryForgotten() : Square(2) {}
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    result_ = Square::backward(dy, mode);
    result_.stored().back() = 0;
    return result_;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<LastEntryForgotten>(*this); }

 private:
  Tensor result_;
};

// Adds the bias's gradient to the one before, or leaves the one before.
class LinearThatForgets : public Linear {
 public:
  explicit LinearThatForgets(bool added) : Linear(5, 4, Random(1, "fc1")), added_(added) {}
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    const Tensor before = bias_grad;
    const Tensor& dx = Linear::backward(dy, mode);
    for (std::size_t j = 0; j < 4; ++j) bias_grad(j) = before(j) + (added_ ? bias_grad(j) : 0);
    return dx;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<LinearThatForgets>(*this); }

 private:
  bool added_;
};

// Up and down so fast that any step crosses zero.
class Sawtooth : public Layer {
 public:
  Sawtooth() : Layer("Sawtooth") {}
  const Tensor& forward(const Tensor& x, Mode) override {
    y_ = x;
    for (real& value : y_.stored()) value = std::sin(value * static_cast<real>(1e7));
    return y_;
  }
  const Tensor& backward(const Tensor& dy, Mode) override { return dy; }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Sawtooth>(*this); }
};

class LinearWithWrongBias : public Linear {
 public:
  explicit LinearWithWrongBias(double error) : Linear(5, 4, Random(1, "fc1")), error_(error) {}
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    const Tensor& dx = Linear::backward(dy, mode);
    bias_grad(2) += static_cast<real>(error_);
    return dx;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<LinearWithWrongBias>(*this); }

 private:
  double error_;
};

// y[0, 0] = Σ_nd x_nd.
class Sum : public Layer {
 public:
  Sum() : Layer("Sum") {}
  const Tensor& forward(const Tensor& x, Mode) override {
    y_.resize({1, 1});
    y_(0, 0) = 0;
    for (const real value : x.stored()) y_(0, 0) += value;
    dx_.resize_like(x);
    return y_;
  }
  const Tensor& backward(const Tensor& dy, Mode) override {
    dx_.fill(dy(0, 0));
    return dx_;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Sum>(*this); }
};

GradientCheck check_square(double factor, const Tensor& x, const GradcheckOptions& options = {}) {
  Network network;
  network.add("square", Square(factor));
  return check_gradients(network, x, {}, Mode::train, options).back();
}

}  // namespace

TEST_CASE("gradcheck: a right gradient passes and one that is off by a hundred-millionth fails") {
  if (!kDouble) return;
  const Tensor x = random_tensor(6, 5, "x", 0.5, 2);
  CHECK(check_square(2, x).error < 1e-11);
  CHECK(check_square(2, x).good(1e-11));
  CHECK(check_square(2, x).entries == 30);
  CHECK_FALSE(check_square(2.00000004, x).good(1e-8));
  CHECK(check_square(2.00000004, x).error == doctest::Approx(2e-8).epsilon(0.01).scale(0));
}

TEST_CASE("gradcheck: one wrong entry among many shows, and the row says where it is") {
  if (!kDouble) return;
  Tensor x = random_tensor(40, 30, "x", 0.5, 2);
  x(17, 3) = 0;  // where the factor makes no difference, so that the others' error can be told from it
  GradcheckOptions all;
  all.entries = 2000;
  const GradientCheck right = check_square(2, x, all);
  CHECK(right.good(1e-8));
  Network network;
  network.add("wrong", OneWrongEntry());
  const GradientCheck check = check_gradients(network, x, {}, Mode::train, all).back();
  CHECK_FALSE(check.good(1e-8));
  CHECK(check.where == "(17, 3)");
  CHECK(contains(check.values, "backward 0.001"));
}

TEST_CASE("gradcheck: a gradient that is added to what was there before fails, and so does one that is not written") {
  if (!kDouble) return;
  for (const bool added : {true, false}) {
    Network network;
    network.add("fc1", LinearThatForgets(added));
    const auto checks = check_gradients(network, random_tensor(6, 5, "x"), {}, Mode::train);
    CHECK((checks[0].good(1e-8) && !checks[1].good(HUGE_VAL)));
  }
}

TEST_CASE("gradcheck: the last entry of a large tensor is always in the sample") {
  if (!kDouble) return;
  Network network;
  network.add("wrong", LastEntryForgotten());
  const Tensor x = random_tensor(40, 30, "x", 0.5, 2);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const GradcheckOptions options{.points = 3, .entries = 20, .directions = 0, .seed = seed};
    CHECK_FALSE(check_gradients(network, x, {}, Mode::train, options).back().good(1e-6));
  }
}

TEST_CASE("gradcheck: a sample is drawn from all of a tensor, another one for each seed") {
  if (!kDouble) return;
  Network network;
  network.add("wrong", OneWrongEntry());
  const Tensor x = random_tensor(40, 30, "x", 0.5, 2);
  int found = 0;  // the wrong one of 1,200 entries, by samples of 300
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const GradcheckOptions options{.points = 3, .entries = 300, .directions = 0, .seed = seed};
    found += !check_gradients(network, x, {}, Mode::train, options).back().good(1e-6);
  }
  CHECK((found > 2 && found < 20));  // 10 are expected
}

TEST_CASE("gradcheck: NaN on either side, a gradient of zeros and an empty sample all fail") {
  const Tensor x = random_tensor(6, 5, "x", 0.5, 2);
  Tensor broken = x;
  broken(2, 3) = static_cast<real>(std::nan(""));
  CHECK_FALSE(check_square(std::nan(""), x).good(HUGE_VAL));
  CHECK_FALSE(check_square(2, broken).good(HUGE_VAL));
  CHECK_FALSE(check_square(std::nan(""), x).vacuous);
  GradcheckOptions none;
  none.entries = 0;
  CHECK_FALSE(check_square(2, x, none).good(HUGE_VAL));
}

TEST_CASE("gradcheck: each thing that is wrong fails by itself, whatever else is right") {
  GradientCheck right;
  right.entries = 30;
  CHECK(right.good(1e-8));
  for (const double error : {2e-8, std::nan(""), HUGE_VAL}) {
    GradientCheck of_entries = right, of_directions = right;
    of_entries.error = error;
    of_directions.direction_error = error;
    CHECK_FALSE(of_entries.good(1e-8));
    CHECK_FALSE(of_directions.good(1e-8));
  }
  GradientCheck vacuous = right, at_kink = right, empty = right, inconsistent = right, zero = right;
  vacuous.vacuous = true;
  at_kink.at_kink = 1;
  empty.entries = 0;
  inconsistent.inconsistency = "differs with 2 threads";
  zero.analytically_zero = true, zero.error = 5e-9;
  for (const GradientCheck* wrong : {&vacuous, &at_kink, &empty, &inconsistent, &zero}) {
    CHECK_FALSE(wrong->good(1e-8));
  }
}

TEST_CASE("gradcheck: where the loss does not depend on the tensor, nothing was checked, and that is said") {
  if (!kDouble) return;
  Network dead;  // every unit far below zero
  dead.add("fc1", Linear(5, 4, Random(1, "fc1"))).bias.fill(-100);
  dead.add("act1", ReLU());
  for (const GradientCheck& check : check_gradients(dead, random_tensor(6, 5, "x"), {}, Mode::train)) {
    CHECK(check.vacuous);
    CHECK_FALSE(check.good(HUGE_VAL));
  }
  // A sum of squares through batch normalization with beta 0 has all but no slope in x: rounding would decide.
  Network squares;
  squares.add("bn1", BatchNorm(5, {.eps = 0, .affine = false}));
  squares.add("square", Square(2));
  squares.add("sum", Sum());
  const GradientCheck check = check_gradients(squares, random_tensor(6, 5, "x"), {}, Mode::train).back();
  CHECK_FALSE(check.good(1e-8));
}

TEST_CASE("gradcheck: large tensors are sampled, small ones checked whole") {
  GradcheckOptions few;
  few.entries = 7;
  CHECK(check_square(2, random_tensor(6, 5, "x", 0.5, 2), few).entries == 7);
}

TEST_CASE("GC.1, GC.2: half the step leaves a quarter of the error of three points, a sixteenth of five points'") {
  if (!kDouble) return;
  Network network;
  network.add("act1", Tanh());
  const Tensor x = random_tensor(6, 5, "x", -1, 1);
  for (const int points : {3, 5}) {
    GradcheckOptions coarse{.step = 0.2, .points = points}, fine{.step = 0.1, .points = points};
    const double ratio = check_gradients(network, x, {}, Mode::train, coarse).back().error /
                         check_gradients(network, x, {}, Mode::train, fine).back().error;
    CHECK(ratio == doctest::Approx(points == 3 ? 4 : 16).epsilon(0.15));
  }
}

TEST_CASE("gradcheck: the step follows each column's deviation, so columns of every width are measured alike") {
  if (!kDouble) return;
  Network network;
  network.add("bn1", BatchNorm(5, {.eps = 0}));
  const Tensor x = random_tensor(6, 5, "x");
  for (const double factor : {1.0, 0.01, 100.0}) {  // the narrower a column, the larger its gradient
    Tensor scaled = x;
    for (std::size_t n = 0; n < 6; ++n) {
      for (std::size_t d = 0; d < 5; ++d) scaled(n, d) *= static_cast<real>(std::pow(factor, d));
    }
    CHECK(check_gradients(network, scaled, {}, Mode::train).back().good(1e-11));
  }
}

TEST_CASE("gradcheck: where a step crosses a ReLU's kink the point is moved off it, both gradients with it") {
  if (!kDouble) return;
  Network network;
  network.add("relu", ReLU());
  Tensor x = random_tensor(4, 3, "x", 0.5, 2);
  x(1, 2) = 0, x(3, 0) = static_cast<real>(1e-5);
  const GradientCheck check = check_gradients(network, x, {}, Mode::train).back();
  CHECK((check.moved_off_kink == 2 && check.at_kink == 0 && check.entries == 12));
  CHECK(check.good(1e-8));

  // Behind a Linear, where the moved point has other gradients everywhere.
  Network deep;
  deep.add("fc1", Linear(3, 4, Random(1, "fc1")));
  deep.add("act1", ReLU());
  deep.add("fc2", Linear(4, 5, Random(1, "fc2")));
  deep.add("act2", Tanh());
  const Tensor h = deep.forward(x, Mode::eval);
  auto& fc1 = dynamic_cast<Linear&>(*deep.layers()[0].layer);
  const Tensor before = fc1.forward(x, Mode::eval);
  for (std::size_t j = 0; j < 4; ++j) fc1.bias(j) -= before(j, j);  // unit j is at its kink for example j
  std::size_t moved = 0;
  for (const GradientCheck& c : check_gradients(deep, x, {}, Mode::train)) {
    CAPTURE(c.tensor);
    CHECK((c.good(1e-8) && c.at_kink == 0));
    moved += c.moved_off_kink;
  }
  CHECK(moved >= 4 * 3 + 4);  // every weight and bias of fc1 moves a unit that is at its kink
}

TEST_CASE("gradcheck: kinks on all sides leave nothing to compare, which is no success") {
  Network network;
  network.add("saw", Sawtooth());
  network.add("relu", ReLU());
  const GradientCheck check = check_gradients(network, random_tensor(4, 3, "x"), {}, Mode::train).back();
  CHECK((check.at_kink > 0 && check.entries + check.at_kink == 12 + 3));
  CHECK_FALSE(check.good(HUGE_VAL));
}

TEST_CASE("gradcheck: the network is left as it was, running statistics and random streams included") {
  Network network;
  BatchNorm& norm = network.add("bn1", BatchNorm(5));
  Dropout& dropout = network.add("drop1", Dropout(0.5, Random(1, "drop1")));
  const Tensor mean = norm.running_mean, var = norm.running_var;
  const auto stream = dropout.random.state;
  check_gradients(network, random_tensor(6, 5, "x"), {}, Mode::train);
  CHECK(identical(norm.running_mean, mean));
  CHECK(identical(norm.running_var, var));
  CHECK(norm.num_batches_tracked == 0);
  CHECK(dropout.random.state == stream);
}

TEST_CASE("gradcheck: a bias before batch normalization is checked absolutely, and in training mode only") {
  if (!kDouble) return;
  Architecture a{.inputs = 5, .hidden = {8}, .classes = 7, .activation = "tanh", .norm = "batch"};
  const Network network = make_network(a, 1, nullptr);
  const std::vector<std::uint8_t> labels = {3, 0, 6, 1, 3, 5};
  for (const Mode mode : {Mode::train, Mode::eval}) {
    for (const GradientCheck& check : check_gradients(network, random_tensor(6, 5, "x"), labels, mode)) {
      CAPTURE(check.tensor);
      CHECK(check.analytically_zero == (check.tensor == "fc1.bias" && mode == Mode::train));
      CHECK(check.good(1e-8));
    }
  }
}

TEST_CASE("gradcheck: a bias before batch normalization with a gradient that is not quite zero fails") {
  if (!kDouble) return;
  for (const double wrong : {0.0, 1e-8}) {
    Network network;
    network.add("fc1", LinearWithWrongBias(wrong));
    network.add("bn1", BatchNorm(4));
    const auto checks = check_gradients(network, random_tensor(6, 5, "x"), {}, Mode::train);
    REQUIRE((checks[1].tensor == "fc1.bias" && checks[1].analytically_zero));
    CHECK(checks[1].good(1e-8) == (wrong == 0));
    const auto of_nothing = check_gradients(network, random_tensor(6, 5, "x"), {}, Mode::train, {.entries = 0});
    CHECK_FALSE(of_nothing[1].good(1e-8));
  }
}

TEST_CASE("gradcheck: every layer's backward pass is right for many seeds") {
  if (!kDouble) return;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    Network network;
    network.add("fc1", Linear(5, 9, Random(seed, "fc1")));
    BatchNorm& norm = network.add("bn1", BatchNorm(9));
    norm.gamma = random_vector(9, "gamma", 0.5, 2);
    norm.beta = random_vector(9, "beta");
    network.add("act1", Sigmoid());
    network.add("drop1", Dropout(0.3, Random(seed, "drop1")));
    network.add("fc2", Linear(9, 7, Random(seed, "fc2")));
    GradcheckOptions options;
    options.seed = seed;
    const Tensor x = random_tensor(6, 5, std::to_string(seed), -2, 2);
    for (const GradientCheck& check : check_gradients(network, x, {}, Mode::train, options)) {
      CAPTURE(check.tensor);
      CAPTURE(check.values);
      CHECK(check.good(1e-8));
    }
  }
}

// Lets the mean of its input through, of which its backward pass knows nothing.
class NormWithMean : public BatchNorm {
 public:
  NormWithMean() : BatchNorm(4) {}
  const Tensor& forward(const Tensor& x, Mode mode) override {
    result_ = BatchNorm::forward(x, mode);
    for (std::size_t n = 0; n < x.rows(); ++n) {
      for (std::size_t d = 0; d < x.cols(); ++d) result_(n, d) += x(0, d);
    }
    return result_;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<NormWithMean>(*this); }

 private:
  Tensor result_;
};

TEST_CASE("gradcheck: a bias that should have no effect and has one fails, though backward claims 0") {
  Network network;
  network.add("fc1", Linear(5, 4, Random(1, "fc1")));
  network.add("bn1", NormWithMean());
  const auto checks = check_gradients(network, random_tensor(6, 5, "x"), {}, Mode::train);
  REQUIRE((checks[1].tensor == "fc1.bias" && checks[1].analytically_zero));
  CHECK_FALSE(checks[1].good(1e-8));
}

}  // namespace bnlab::testing::gradcheck_test
