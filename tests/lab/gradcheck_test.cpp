// The checker is only worth something if it fails where it should. Float leaves differences too few digits for the
// bounds, so those cases run in the double build; `make test` runs both.
#include "bnlab/lab/gradcheck.hpp"

#include "../support.hpp"
#include "bnlab/nn/activation.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/train/architecture.hpp"

using namespace bnlab;
using namespace bnlab::testing;

namespace {

// y = x², entry by entry; backward is right for factor 2.
class Square : public Layer {
 public:
  explicit Square(double factor) : factor_(static_cast<real>(factor)) {}
  const Tensor& forward(const Tensor& x, Mode) override {
    x_ = x;
    y_ = x;
    for (real& value : y_.stored()) value *= value;
    return y_;
  }
  const Tensor& backward(const Tensor& dy, Mode) override {
    dx_ = dy;
    for (std::size_t i = 0; i < dy.size(); ++i) dx_.stored()[i] *= factor_ * (*x_).stored()[i];
    return dx_;
  }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Square>(*this); }

 private:
  real factor_;
  Borrowed x_;
  Tensor y_, dx_;
};

GradientCheck check_square(double factor, const Tensor& x, const GradcheckOptions& options = {}) {
  Network network;
  network.add("square", Square(factor));
  return check_gradients(network, x, {}, Mode::train, options).back();
}

}  // namespace

TEST_CASE("gradcheck: a right gradient passes and one that is off by a millionth fails") {
  if (!kDouble) return;
  const Tensor x = random_tensor(6, 5, "x", 0.5, 2);
  CHECK(check_square(2, x).good(1e-7));
  CHECK(check_square(2, x).entries == 30);
  CHECK_FALSE(check_square(2.000002, x).good(1e-7));
  CHECK(check_square(2.000002, x).error == doctest::Approx(1e-6).epsilon(0.01).scale(0));
}

TEST_CASE("gradcheck: NaN, a gradient of zeros and an empty sample all fail") {
  const Tensor x = random_tensor(6, 5, "x", 0.5, 2);
  CHECK_FALSE(check_square(std::nan(""), x).good(HUGE_VAL));
  CHECK_FALSE(check_square(2, Tensor({6, 5})).good(HUGE_VAL));  // x² is flat at 0: nothing was checked
  GradcheckOptions none;
  none.entries = 0;
  CHECK_FALSE(check_square(2, x, none).good(HUGE_VAL));
}

TEST_CASE("gradcheck: large tensors are sampled, small ones checked whole") {
  GradcheckOptions few;
  few.entries = 7;
  CHECK(check_square(2, random_tensor(6, 5, "x", 0.5, 2), few).entries == 7);
}

TEST_CASE("gradcheck: where a step crosses a ReLU's kink the entry is left out and counted") {
  Network network;
  network.add("relu", ReLU());
  Tensor x = random_tensor(4, 3, "x", 0.5, 2);
  x(1, 2) = 0;
  const GradientCheck check = check_gradients(network, x, {}, Mode::train).back();
  CHECK(check.kinks == 1);
  CHECK(check.entries == 11);
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
  Architecture a{5, {8}, 7, "tanh", true, 0};
  const Network network = make_network(a, 1, nullptr);
  const std::vector<std::uint8_t> labels = {3, 0, 6, 1, 3, 5};
  for (const Mode mode : {Mode::train, Mode::eval}) {
    for (const GradientCheck& check : check_gradients(network, random_tensor(6, 5, "x"), labels, mode)) {
      CAPTURE(check.tensor);
      CHECK(check.zero_by_law == (check.tensor == "fc1.bias" && mode == Mode::train));
      CHECK(check.good(1e-7));
    }
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
      CAPTURE(check.worst);
      CHECK(check.good(1e-7));
    }
  }
}
