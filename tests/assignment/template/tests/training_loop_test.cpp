// training-loop. A mock layer and a mock optimizer record their calls. The loss is the real one, so these tests need
// softmax-cross-entropy to be done as well.
#include <limits>

#include "bnlab/train/trainer.hpp"
#include "support.hpp"

using namespace bnlab;
using namespace testing;
using doctest::Approx;

namespace {

// Five images of two pixels: the first pixel is black or white, the second is the image's number.
//
// The mock layer's logits are (0, 0) for a black image, so both classes have the probability 1/2 and the loss is log 2;
// and (log 3, 0) for a white one, so the probabilities are 3/4 and 1/4, and the loss with label 1 is log 4. The
// argmax of equal logits is the first: image 0 is the only one that is classified correctly.
const Dataset data{.height = 1, .width = 2, .pixels = {0, 0, 0, 1, 255, 2, 255, 3, 255, 4}, .labels = {0, 1, 1, 1, 1}};

struct Log {
  std::string calls;           // "forward 0 1, backward, step, "
  std::vector<real> first_dy;  // dy(0, 0) of each backward pass, as seen by the optimizer
};

struct MockLayer : Layer {
  MockLayer() : Layer("mock") {}
  const Tensor& forward(const Tensor& x, Mode mode) override {
    log->calls += mode == Mode::train ? "forward" : "forward in evaluation mode";
    logits.resize({x.rows(), 2});
    for (std::size_t n = 0; n < x.rows(); ++n) {
      const long number =
          std::lround((static_cast<double>(x(n, 1)) * PixelScale().deviation + PixelScale().mean) * 255);
      log->calls += " " + std::to_string(number);
      logits(n, 0) = x(n, 0) > 0 ? std::log(real{3}) : real{0}, logits(n, 1) = 0;
      if (number == broken_image) logits(n, 0) = std::numeric_limits<real>::quiet_NaN();
    }
    log->calls += ", ";
    return logits;
  }
  const Tensor& backward(const Tensor& dy, Mode) override {
    log->calls += "backward, ";
    grad(0) = dy(0, 0);
    return dy;
  }
  std::vector<Parameter> parameters() override { return {{"weight", &value, &grad}}; }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<MockLayer>(*this); }

  Log* log = nullptr;
  int broken_image = -1;  // its logits are NaN
  Tensor value = Tensor({1}), grad = Tensor({1}), logits;
};

struct MockOptimizer : Optimizer {
  using Optimizer::Optimizer;
  void step() override {
    log->calls += "step, ";
    log->first_dy.push_back((*parameters_.at(0).grad)(0));
  }
  std::vector<Buffer> buffers() override { return {}; }
  Log* log = nullptr;
};

// In batches of two, in the order of their numbers. A last batch of one image joins the batch before it, so the batches
// are images 0 and 1, and images 2, 3 and 4.
TrainResult train_on_five(Log& log, std::size_t epochs, const TrainObserver& observer = {}, int broken_image = -1) {
  const Split images{all_images(data), {&data, {}}};
  TrainSettings settings;
  settings.epochs = epochs, settings.batch = 2, settings.shuffle = false;
  Network network;
  MockLayer& layer = network.add("mock", MockLayer());
  MockOptimizer optimizer(network.parameters(), nullptr);
  layer.log = optimizer.log = &log, layer.broken_image = broken_image;
  return train(network, optimizer, images, settings, nullptr, observer);
}

}  // namespace

TEST_CASE("training-loop: for each batch forward, backward, step; in each epoch every image once") {
  Log log;
  const std::string epoch = "forward 0 1, backward, step, forward 2 3 4, backward, step, ";
  CHECK(train_on_five(log, 2).step == 4);
  CHECK(log.calls == epoch + epoch);
}

TEST_CASE("training-loop: the optimizer sees the gradients of the batch's own loss") {
  Log log;
  train_on_five(log, 1);
  REQUIRE(log.first_dy.size() == 2);
  CHECK(log.first_dy[0] == Approx(-0.25).epsilon(1e-4));
  CHECK(log.first_dy[1] == Approx(0.25).epsilon(1e-4));
}

TEST_CASE("training-loop: a step reports its batch; an epoch's loss and accuracy are means over its images") {
  const double log2 = std::log(2.0);
  Log log;
  std::vector<StepResult> steps;
  const TrainResult result = train_on_five(log, 2, {.on_step = [&](const StepResult& s) { steps.push_back(s); }});
  REQUIRE(steps.size() == 4);
  CHECK(steps[0].loss == Approx(log2).epsilon(1e-4));
  CHECK(steps[0].accuracy == Approx(0.5).epsilon(1e-4));  // image 0, not image 1
  CHECK(steps[1].loss == Approx(2 * log2).epsilon(1e-4));
  CHECK(steps[1].accuracy == Approx(0).epsilon(1e-4));
  CHECK(steps[3].step == 4);
  CHECK(steps[3].epoch == 2);
  CHECK(steps[3].images == 3);
  REQUIRE(result.epochs.size() == 2);
  CHECK(result.epochs[1].train_loss == Approx(8 * log2 / 5).epsilon(1e-4));  // (2 log 2 + 3 log 4) / 5
  CHECK(result.epochs[1].train_accuracy == Approx(0.2).epsilon(1e-4));       // one of five
}

TEST_CASE("training-loop: a non-finite loss ends training before it changes the weights") {
  Log log;
  const TrainResult result = train_on_five(log, 1, {}, 3);  // image 3 is in the second batch
  CHECK(log.calls == "forward 0 1, backward, step, forward 2 3 4, ");
  CHECK(result.diverged_at_step == 2);
  CHECK(result.step == 1);
}
