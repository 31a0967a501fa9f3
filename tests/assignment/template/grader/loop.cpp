// training-loop. Network, loss and optimizer are mock objects that record the calls. So this task needs no other.
#include <algorithm>
#include <cmath>
#include <limits>

#include "bnlab/nn/loss.hpp"
#include "bnlab/train/trainer.hpp"
#include "child.hpp"

namespace grader {
namespace {

using namespace bnlab;

// Rows of four numbers, one for each call:
//   1, mode (0 train, 1 eval), images, which images in which order        the network's forward pass
//   2, labels, which labels in which order, 0                             the loss
//   3, mode, the number of the loss whose gradient comes in, 0            the network's backward pass
//   4, the number of the loss whose gradients the parameters hold, 0, 0   the optimizer's step
std::vector<double> events;
double losses = 0;         // computed so far
double diverges_with = 0;  // the image with which the loss is non-finite
double diverges_at = 0;    // or the number of that loss
double diverged_loss = 0;  // but this

void event(double kind, double a, double b, double c) { events.insert(events.end(), {kind, a, b, c}); }

double image_number(const Tensor& x, std::size_t n) {
  return std::round((static_cast<double>(x(n, 0)) * PixelScale().deviation + PixelScale().mean) * 255);
}

class MockLayer : public Layer {
 public:
  MockLayer() : Layer("mock") {}
  const Tensor& forward(const Tensor& x, Mode mode) override {
    double order = 0;
    logits.resize({x.rows(), 10});
    logits.fill(0);
    for (std::size_t n = 0; n < x.rows(); ++n) {
      order += static_cast<double>(n + 1) * image_number(x, n);
      // The largest logit is the image's number. It is at the label's index if odd, else at the next one.
      const long number = static_cast<long>(image_number(x, n));
      const long label = ((number - 1) * 7 + 3) % 10;
      logits(n, static_cast<std::size_t>(number % 2 == 1 ? label : (label + 1) % 10)) = static_cast<real>(number);
    }
    event(1, mode == Mode::train ? 0 : 1, static_cast<double>(x.rows()), order);
    return logits;
  }
  const Tensor& backward(const Tensor& dy, Mode mode) override {
    event(3, mode == Mode::train ? 0 : 1, static_cast<double>(dy(0, 0)), 0);
    grad(0) = dy(0, 0);
    return dy;
  }
  std::vector<Parameter> parameters() override { return {{"weight", &value, &grad}}; }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<MockLayer>(*this); }

  Tensor value = Tensor({1}), grad = Tensor({1}), logits;
};

class MockOptimizer : public Optimizer {
 public:
  explicit MockOptimizer(std::vector<Parameter> parameters) : Optimizer(std::move(parameters), nullptr) {}
  void step() override { event(4, static_cast<double>((*parameters_.at(0).grad)(0)), 0, 0); }
  std::vector<Buffer> buffers() override { return {}; }
};

}  // namespace
}  // namespace grader

// A mock of src/nn/loss.cpp. The loss encodes which images are in the batch, and the gradient which loss it belongs to.
// Images with an odd number count as correct.
namespace bnlab {

using namespace grader;

double SoftmaxCrossEntropy::forward(const Tensor& logits, std::span<const std::uint8_t> labels) {
  double order = 0, loss = 0;
  bool diverges = false;
  labels_.assign(labels.begin(), labels.end());
  correct_.assign(labels.size(), 0);
  p_.resize({labels.size(), logits.cols()});
  p_.fill(0);
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const real* row = logits.row(n);
    const auto largest = static_cast<std::size_t>(std::max_element(row, row + logits.cols()) - row);
    const double number = static_cast<double>(row[largest]);
    p_(n, largest) = 1;
    order += static_cast<double>(n + 1) * labels[n];
    loss += number / 100;
    correct_[n] = static_cast<long>(number) % 2 == 1;
    diverges = diverges || (diverges_with > 0 && number == diverges_with);
  }
  ++losses;
  diverges = diverges || (diverges_at > 0 && losses == diverges_at);
  event(2, static_cast<double>(labels.size()), order, 0);
  return diverges ? diverged_loss : loss / static_cast<double>(labels.size());
}

const Tensor& SoftmaxCrossEntropy::backward() {
  dlogits_.resize({p_.rows(), p_.cols()});
  dlogits_.fill(static_cast<real>(losses));
  return dlogits_;
}

}  // namespace bnlab

namespace grader {
namespace {

void training_loop(const Case& in, Results& out) {
  Dataset data;
  data.height = 1, data.width = 2;
  const std::size_t count = in.count("images"), validation = in.count("validation");
  for (std::size_t i = 0; i < count + validation; ++i) {  // image i is i + 1 in all its pixels
    data.pixels.insert(data.pixels.end(), 2, static_cast<std::uint8_t>(i + 1));
    data.labels.push_back(static_cast<std::uint8_t>((i * 7 + 3) % 10));
  }
  Split images{{&data, {}}, {&data, {}}};
  for (std::size_t i = 0; i < count + validation; ++i) {
    (i < count ? images.train : images.validation).indices.push_back(static_cast<std::uint32_t>(i));
  }
  events.clear(), losses = 0, diverges_with = in.number("diverges_with");
  diverges_at = in.has("diverges_at") ? in.number("diverges_at") : 0;
  const bool infinite = in.has("infinite") && in.number("infinite") != 0;
  diverged_loss = infinite ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  TrainSettings settings;
  settings.epochs = in.count("epochs"), settings.batch = in.count("batch");
  settings.seed = in.count("seed"), settings.shuffle = in.number("shuffle") != 0;

  Network network;
  network.add("mock", MockLayer());
  MockOptimizer optimizer(network.parameters());
  std::vector<double> steps;
  TrainObserver observer;
  observer.on_step = [&](const StepResult& s) {
    steps.insert(steps.end(), {static_cast<double>(s.step), static_cast<double>(s.epoch), static_cast<double>(s.images),
                               s.loss, s.accuracy});
  };
  std::vector<double> epoch_in_progress;  // the epoch that has begun; 0 after its end
  observer.should_continue = [&](const TrainResult& r) {
    epoch_in_progress.push_back(static_cast<double>(r.epoch_in_progress.epoch));
    return true;
  };
  TrainResult result;
  const bool done = out.attempt([&] { result = train(network, optimizer, images, settings, nullptr, observer); });
  if (!done && events.empty()) return;
  std::vector<double> epochs;
  for (const EpochResult& e : result.epochs) epochs.insert(epochs.end(), {e.train_loss, e.train_accuracy});
  out.send("calls", events.size() / 4, 4, events);
  if (!done) return;
  out.send("steps", steps.size() / 5, 5, steps);
  out.send("epochs", epochs.size() / 2, 2, epochs);
  out.send("epoch_in_progress", epoch_in_progress);
  out.send("end", std::vector<double>{static_cast<double>(result.step), static_cast<double>(result.diverged_at_step)});
}

}  // namespace
}  // namespace grader

int main(int count, char** words) { return grader::run(count, words, {{"training-loop", grader::training_loop}}); }
