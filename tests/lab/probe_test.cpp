// A look at a network on images that stay the same: gradients that are slopes, and a network that stays as it is.
#include "bnlab/lab/trials/probe.hpp"

#include "bnlab/nn/loss.hpp"
#include "small_lab.hpp"

namespace bnlab::testing::probe_test {

namespace {

// A network with batch normalization, on the bench before its first step.
struct Bench {
  Bench() : data(small_data()), images(split(data.train, 0, 0, 1)), trial(small_trial()), run(settings(), nullptr) {}
  RunSettings settings() {
    trial.run.architecture.inputs = 16;
    trial.run.architecture.classes = 3;
    trial.run.architecture.hidden = {5, 4};
    trial.run.architecture.norm = "batch";
    trial.run.architecture.activation = "tanh";  // no kinks
    return trial.run;
  }
  Workbench bench() { return {.trial = trial, .images = images, .test = data.test, .run = run, .steps = 1}; }

  DatasetPair data;
  Split images;
  Trial trial;
  Run run;
};

double loss_of(Network& network, const Batch& images) {
  SoftmaxCrossEntropy criterion;
  return criterion.forward(network.forward(images.images, Mode::train), images.labels);
}

std::vector<real> state_of(Network network) {
  std::vector<real> state;
  for (const Parameter& p : network.parameters()) {
    state.insert(state.end(), p.value->stored().begin(), p.value->stored().end());
  }
  return state;
}

}  // namespace

TEST_CASE("the probe's batch is the first of the training images, at most that many") {
  Bench b;
  const Batch ten = probe_batch(b.bench(), 10);
  CHECK(ten.images.rows() == 10);
  CHECK(ten.labels == Bytes(b.data.train.labels.begin(), b.data.train.labels.begin() + 10));
  CHECK(static_cast<double>(ten.images(3, 2)) == doctest::Approx((b.data.train.image(3)[2] / 255.0 - 0.5) / 0.5));
  CHECK(probe_batch(b.bench()).images.rows() == 61);
}

TEST_CASE("the inputs of each activation are what normalization makes of its batch") {
  Bench b;
  const Batch images = probe_batch(b.bench());
  const std::vector<real> before = state_of(b.run.network);
  const std::vector<Tensor> inputs = activation_inputs(b.run.network, images);
  REQUIRE(inputs.size() == 2);
  CHECK(inputs[0].cols() == 5);
  CHECK(inputs[1].cols() == 4);
  for (const Tensor& x : inputs) {
    for (std::size_t d = 0; d < x.cols(); ++d) {
      double sum = 0, squares = 0;
      for (std::size_t n = 0; n < x.rows(); ++n) {
        sum += static_cast<double>(x(n, d));
        squares += static_cast<double>(x(n, d)) * static_cast<double>(x(n, d));
      }
      CHECK(sum / 61 == doctest::Approx(0).epsilon(1e-4));
      CHECK(squares / 61 == doctest::Approx(1).epsilon(0.02));
    }
  }
  CHECK(state_of(b.run.network) == before);
}

TEST_CASE("the gradient is the slope of the loss, and to descend goes down it") {
  Bench b;
  const Batch images = probe_batch(b.bench());
  Network network = b.run.network;
  const Gradient gradient = gradient_of(network, images);
  CHECK(gradient.loss == doctest::Approx(loss_of(network, images)));
  CHECK(gradient.entries.size() == state_of(network).size());
  double squares = 0;
  for (const double g : gradient.entries) squares += g * g;
  const double step = kDouble ? 1e-5 : 1e-2;
  Network forward = b.run.network, backward = b.run.network;
  descend(forward, gradient, step);
  descend(backward, gradient, -step);
  const double slope = (loss_of(forward, images) - loss_of(backward, images)) / (2 * step);
  CHECK(slope == doctest::Approx(-squares).epsilon(kDouble ? 1e-6 : 1e-2));
  // Each entry belongs to its own parameter.
  const std::vector<real> before = state_of(b.run.network), after = state_of(forward);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double moved = static_cast<double>(before[i]) - step * gradient.entries[i];
    REQUIRE(static_cast<double>(after[i]) == doctest::Approx(moved).epsilon(1e-5));
  }
}

}  // namespace bnlab::testing::probe_test
