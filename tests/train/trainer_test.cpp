// The training loop: what it shows the network and in which order, what it reports, and that nothing else has a say.
#include "bnlab/train/trainer.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/optim/adam.hpp"
#include "bnlab/optim/sgd.hpp"
#include "bnlab/train/architecture.hpp"
#include "bnlab/train/metrics.hpp"
#include "support.hpp"

namespace bnlab::testing::trainer_test {

namespace {

constexpr std::size_t D = 16, C = 3;
using Numbers = std::vector<int>;

// Three classes, each bright in rows of its own, in noise. The first pixel is the image's number.
Dataset stripes(std::size_t count) {
  Dataset data;
  data.height = 4, data.width = 4, data.classes = C;
  Random random(3, "stripes");
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t label = random.below(C);
    data.labels.push_back(static_cast<std::uint8_t>(label));
    for (std::size_t d = 0; d < D; ++d) {
      const std::uint64_t light = random.below(100) + (d / 4 == label + 1 ? 100 : 0);
      data.pixels.push_back(static_cast<std::uint8_t>(d == 0 ? i : light));
    }
  }
  return data;
}

Split cut(const Dataset& data, std::size_t training, std::size_t validation) {
  const std::vector<std::uint32_t> all = all_images(data).indices;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(training);
  return {{&data, {all.begin(), middle}}, {&data, {middle, middle + static_cast<std::ptrdiff_t>(validation)}}};
}

// What passes by: the numbers of each batch's images, negative in evaluation mode.
struct Recorder : Layer {
  explicit Recorder(std::vector<Numbers>* to) : Layer("Recorder"), seen(to) {}
  const Tensor& forward(const Tensor& x, Mode mode) override {
    Numbers numbers;
    for (std::size_t n = 0; n < x.rows(); ++n) {
      const double number = (static_cast<double>(x(n, 0)) + 1) * 127.5;
      numbers.push_back(static_cast<int>(std::lround(mode == Mode::train ? number : -number)));
    }
    seen->push_back(numbers);
    return x;
  }
  const Tensor& backward(const Tensor& dy, Mode) override { return dy; }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Recorder>(*this); }
  std::vector<Numbers>* seen;
};

// Parameters and, where asked for, running statistics.
std::vector<Tensor> state_of(Network& network, bool buffers = true) {
  std::vector<Tensor> all;
  for (const Parameter& p : network.parameters()) all.push_back(*p.value);
  for (const Buffer& b : network.buffers()) {
    if (buffers && b.values != nullptr) all.push_back(*b.values);
  }
  return all;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), identical);
}

Network network_of(bool norm, ThreadPool* threads, std::vector<Numbers>* seen) {
  Network network(threads);
  network.add("eyes", Recorder(seen));
  network.add("fc1", Linear(D, 12, Random(1, "fc1")));
  if (norm) network.add("bn1", BatchNorm(12));
  network.add("act1", ReLU());
  network.add("drop1", Dropout(0.1, Random(1, "drop1")));
  network.add("fc2", Linear(12, C, Random(1, "fc2")));
  return network;
}

// All there is to know of a training run.
struct Run {
  TrainResult result;
  std::vector<StepResult> steps;
  Numbers counts;             // images in each step's batch
  std::vector<Numbers> seen;  // evaluation too
  std::vector<Tensor> state;
  Evaluation validation;  // of the network as it ended

  Run(const Split& images, bool norm, const TrainSettings& settings, std::size_t threads = 1) {
    ThreadPool pool(threads);
    Network network = network_of(norm, &pool, &seen);
    Adam adam(network.parameters(), {.lr = 0.01}, &pool);
    const auto note = [&](const StepResult& s) { steps.push_back(s), counts.push_back(static_cast<int>(s.images)); };
    result = train(network, adam, images, settings, &pool, {note, {}});
    state = state_of(network);
    if (!images.validation.indices.empty()) validation = evaluate(network, images.validation, &pool);
  }
  // The images of one epoch in order, where there was no validation.
  Numbers order(std::size_t epoch) const {
    Numbers all;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (steps[i].epoch == epoch) all.insert(all.end(), seen[i].begin(), seen[i].end());
    }
    return all;
  }
};

Numbers sorted(Numbers numbers) { return std::sort(numbers.begin(), numbers.end()), numbers; }

}  // namespace

TEST_CASE("with and without batch normalization, a network learns what can be learned") {
  const Dataset data = stripes(240);
  for (const bool norm : {false, true}) {
    const Run r(cut(data, 160, 80), norm, {.epochs = 8, .batch = 16});
    CHECK((r.result.epochs.size() == 8 && r.result.diverged_at_step == 0));
    CHECK(r.validation.accuracy > 0.9);
    CHECK(r.result.epochs.back().train_accuracy > 0.9);
    CHECK(r.result.epochs.back().train_loss < 0.5 * r.result.epochs.front().train_loss);
  }
}

TEST_CASE("each epoch shows every image once, in another order, and the same to a network with batch normalization") {
  const Dataset data = stripes(120);
  const TrainSettings settings = {.epochs = 3, .batch = 16, .seed = 5};
  const Run plain(cut(data, 100, 0), false, settings), norm(cut(data, 100, 0), true, settings);
  CHECK((plain.seen == norm.seen && plain.counts == norm.counts));
  Numbers all(100);
  std::iota(all.begin(), all.end(), 0);
  for (std::size_t epoch = 1; epoch <= 3; ++epoch) {
    CHECK(sorted(plain.order(epoch)) == all);
    CHECK((plain.order(epoch) != all && plain.order(epoch) != plain.order(epoch % 3 + 1)));
  }
  const Run other(cut(data, 100, 0), false, {.epochs = 3, .batch = 16, .seed = 6});
  CHECK(other.order(1) != plain.order(1));
}

TEST_CASE("without shuffling every epoch keeps the file's order") {
  const Dataset data = stripes(50);
  const Run r(cut(data, 50, 0), false, {.epochs = 2, .batch = 7, .shuffle = false});
  CHECK(r.order(1) == sorted(r.order(1)));
  CHECK((r.order(2) == r.order(1) && r.order(1).size() == 50));
}

TEST_CASE("a last batch of one is merged into the one before, with and without batch normalization") {
  const Dataset data = stripes(70);
  for (const bool norm : {false, true}) {
    CHECK(Run(cut(data, 65, 0), norm, {.epochs = 1, .batch = 16}).counts == Numbers{16, 16, 16, 17});
    CHECK(Run(cut(data, 66, 0), norm, {.epochs = 1, .batch = 16}).counts == Numbers{16, 16, 16, 16, 2});
    CHECK(Run(cut(data, 64, 0), norm, {.epochs = 1, .batch = 16}).counts == Numbers{16, 16, 16, 16});
    CHECK(Run(cut(data, 5, 0), norm, {.epochs = 1, .batch = 16}).counts == Numbers{5});
  }
  CHECK(Run(cut(data, 3, 0), false, {.epochs = 2, .batch = 1}).counts == Numbers(6, 1));
}

TEST_CASE("steps and epochs are numbered from 1 and on; an epoch's history is the mean over its images") {
  const Dataset data = stripes(70);
  const Run r(cut(data, 65, 0), true, {.epochs = 3, .batch = 16});
  REQUIRE(r.steps.size() == 12);
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK((r.steps[i].step == i + 1 && r.steps[i].epoch == i / 4 + 1 && r.steps[i].steps_per_epoch == 4));
  }
  for (const EpochResult& e : r.result.epochs) {
    double loss = 0, accuracy = 0;
    for (std::size_t i = (e.epoch - 1) * 4; i < e.epoch * 4; ++i) {
      loss += r.steps[i].loss * static_cast<double>(r.steps[i].images) / 65;
      accuracy += r.steps[i].accuracy * static_cast<double>(r.steps[i].images) / 65;
    }
    CHECK((std::fabs(e.train_loss - loss) < 1e-12 && std::fabs(e.train_accuracy - accuracy) < 1e-12));
    CHECK((!e.validated && e.seconds > 0));
  }
  const auto& e = r.result.epochs;
  CHECK(e.size() == 3);
}

TEST_CASE("training is forward, loss, backward and one step of the optimizer, batch by batch, and nothing else") {
  const Dataset data = stripes(50);
  const Run r(cut(data, 50, 0), true, {.epochs = 2, .batch = 20, .shuffle = false});
  std::vector<Numbers> ignored;
  Network network = network_of(true, nullptr, &ignored);
  Adam adam(network.parameters(), {.lr = 0.01});
  SoftmaxCrossEntropy criterion;
  for (std::size_t step = 0; step < 6; ++step) {
    Batch batch;
    batch.load(all_images(data), step % 3 * 20, std::min<std::size_t>(step % 3 * 20 + 20, 50), nullptr);
    CHECK(criterion.forward(network.forward(batch.images, Mode::train), batch.labels) == r.steps[step].loss);
    const auto right = std::count(criterion.correct().begin(), criterion.correct().end(), 1);
    CHECK(r.steps[step].accuracy == static_cast<double>(right) / static_cast<double>(batch.labels.size()));
    network.backward(criterion.backward());
    adam.step();
  }
  CHECK(same(r.state, state_of(network)));
}

TEST_CASE("the same seed trains to the same bits, whatever the number of threads; another seed does not") {
  const Dataset data = stripes(240);
  const Split images = cut(data, 200, 40);
  const Run first(images, true, {.epochs = 2, .batch = 32});
  for (const std::size_t threads : {1u, 2u, 3u, 4u}) {
    const Run again(images, true, {.epochs = 2, .batch = 32}, threads);
    CHECK(same(again.state, first.state));
    CHECK(again.result.epochs.back().validation_loss == first.result.epochs.back().validation_loss);
  }
  CHECK_FALSE(same(Run(images, true, {.epochs = 2, .batch = 32, .seed = 2}).state, first.state));
}

TEST_CASE("validation looks in evaluation mode, after each epoch, and leaves training as it would have been") {
  const Dataset data = stripes(130);
  const TrainSettings settings = {.epochs = 3, .batch = 25};
  const Run with(cut(data, 100, 30), true, settings), without(cut(data, 100, 0), true, settings);
  CHECK(same(with.state, without.state));
  REQUIRE(with.seen.size() == 3 * (4 + 1) + 1);
  for (std::size_t i = 0; i < 15; ++i) {
    const bool validation = i % 5 == 4;
    for (const int number : with.seen[i]) CHECK((validation ? number <= -100 : number >= 0 && number < 100));
  }
  for (std::size_t i = 0; i < with.steps.size(); ++i) CHECK(with.steps[i].loss == without.steps[i].loss);
  const EpochResult& last = with.result.epochs.back();
  CHECK((last.validated && last.validation_loss == with.validation.loss));
  CHECK(last.validation_accuracy == with.validation.accuracy);
  CHECK(with.result.epochs.front().validation_loss != last.validation_loss);
}

TEST_CASE("where the loss is no longer finite, training names the step and changes the weights no more") {
  const Dataset data = stripes(100);
  for (const bool norm : {false, true}) {
    std::vector<Numbers> seen;
    Network network = network_of(norm, nullptr, &seen);
    Sgd sgd(network.parameters(), {.lr = static_cast<double>(std::numeric_limits<real>::max()) / 4});
    std::size_t steps = 0, epochs = 0;
    std::vector<Tensor> weights;
    const TrainObserver observer = {[&](const StepResult& s) { steps = s.step, weights = state_of(network, false); },
                                    [&](const EpochResult&) { ++epochs; }};
    const TrainResult result = train(network, sgd, cut(data, 90, 10), {.epochs = 50, .batch = 10}, nullptr, observer);
    CHECK((result.diverged_at_step > 1 && result.diverged_at_step == steps + 1));
    CHECK((result.epochs.size() == steps / 9 && epochs == steps / 9));
    CHECK(same(weights, state_of(network, false)));
  }
}

namespace {

// In evaluation mode it gives label 2 the probability 0, in training mode it does nothing.
class ImpossibleTwo : public Layer {
 public:
  ImpossibleTwo() : Layer("ImpossibleTwo") {}
  const Tensor& forward(const Tensor& x, Mode mode) override {
    y_ = x;
    for (std::size_t n = 0; n < x.rows() && mode == Mode::eval; ++n) {
      y_(n, 2) = -std::numeric_limits<real>::infinity();
    }
    return y_;
  }
  const Tensor& backward(const Tensor& dy, Mode) override { return dy; }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<ImpossibleTwo>(*this); }
};

}  // namespace

TEST_CASE("a validation loss that is infinite, and no NaN, ends training, too") {
  const Dataset data = stripes(60);
  Network network;
  network.add("fc1", Linear(D, C, Random(1, "fc1")));
  network.add("impossible", ImpossibleTwo());
  Sgd sgd(network.parameters(), {.lr = 0.01});
  const TrainResult result = train(network, sgd, cut(data, 40, 20), {.epochs = 3, .batch = 10}, nullptr);
  CHECK((result.diverged_at_step == 4 && result.epochs.empty()));
}

TEST_CASE("an infinite loss, too, ends training: before the step that it was the loss of, or in validation after one") {
  const Dataset data = stripes(60);
  Split images{{&data, {}}, {&data, {}}};  // label 2 is found in validation only
  for (std::uint32_t i = 0; i < 60; ++i) (data.labels[i] == 2 ? images.validation : images.train).indices.push_back(i);
  REQUIRE((images.train.indices.size() > 10 && !images.validation.indices.empty()));
  for (const std::size_t impossible : {1u, 2u}) {  // the label that the network gives the probability 0
    CAPTURE(impossible);
    Network network;
    network.add("fc1", Linear(D, C, Random(1, "fc1"))).bias(impossible) = -std::numeric_limits<real>::infinity();
    Sgd sgd(network.parameters(), {.lr = 0.01});
    const std::vector<Tensor> start = state_of(network);
    std::size_t steps = 0, epochs = 0;
    const TrainObserver observer = {[&](const StepResult&) { ++steps; }, [&](const EpochResult&) { ++epochs; }};
    const TrainResult result = train(network, sgd, images, {.epochs = 3, .batch = 60}, nullptr, observer);
    CHECK((result.diverged_at_step == 1 && epochs == 0 && result.epochs.empty()));
    CHECK(steps == impossible - 1);
    CHECK(same(state_of(network), start) == (impossible == 1));
  }
}

TEST_CASE(
    "a run that was stopped and goes on from there ends as finished, with the weights of one that never stopped") {
  const Dataset data = stripes(60);
  const Split images = {.train = all_images(data), .validation = {}};
  const TrainSettings settings = {.epochs = 2, .batch = 16};
  const auto start = [] {
    Network network;
    network.add("fc1", Linear(D, C, Random(1, "fc1")));
    return network;
  };
  Network whole = start(), parts = start();
  Sgd of_whole(whole.parameters(), {.lr = 0.1}), of_parts(parts.parameters(), {.lr = 0.1});
  train(whole, of_whole, images, settings, nullptr);
  const TrainObserver three = {.should_continue = [](const TrainResult& so_far) { return so_far.step < 3; }};
  const TrainResult stopped = train(parts, of_parts, images, settings, nullptr, three);
  CHECK(stopped.stopped);
  const TrainResult ended = train(parts, of_parts, images, settings, nullptr, {}, stopped);
  CHECK_FALSE(ended.stopped);
  CHECK(ended.epochs.size() == 2);
  CHECK(identical(*whole.parameters()[0].value, *parts.parameters()[0].value));
}

namespace {

// An optimizer whose update number `last` makes one number infinite: of the parameters, or of its own state.
class Spoiler : public Optimizer {
 public:
  Spoiler(Network& network, std::size_t last, bool own_state)
      : Optimizer(network.parameters(), nullptr), last_(last), own_state_(own_state), memory_({3}) {}
  void step() override {
    ++steps_;
    if (steps_ == last_) (own_state_ ? memory_ : *parameters_[1].value)(2) = -std::numeric_limits<real>::infinity();
  }
  std::vector<Buffer> buffers() override { return {{.name = "memory", .values = &memory_}}; }

 private:
  std::size_t last_, steps_ = 0;
  bool own_state_;
  Tensor memory_;
};

}  // namespace

TEST_CASE("divergence in an epoch's last update, or where training is stopped, is noticed without any validation") {
  const Dataset data = stripes(60);
  const Split images = {.train = all_images(data), .validation = {}};
  for (const bool own_state : {false, true}) {
    CAPTURE(own_state);
    Network network;
    network.add("fc1", Linear(D, C, Random(1, "fc1")));
    Spoiler at_the_end(network, 8, own_state);  // 4 steps an epoch
    const TrainResult ended = train(network, at_the_end, images, {.epochs = 2, .batch = 16}, nullptr);
    CHECK(ended.diverged_at_step == 8);
    CHECK(ended.epochs.size() == 1);

    Network stopped_network;
    stopped_network.add("fc1", Linear(D, C, Random(1, "fc1")));
    Spoiler before_the_stop(stopped_network, 2, own_state);
    const TrainObserver two = {.should_continue = [](const TrainResult& so_far) { return so_far.step < 2; }};
    const TrainResult stopped =
        train(stopped_network, before_the_stop, images, {.epochs = 2, .batch = 16}, nullptr, two);
    CHECK(stopped.diverged_at_step == 2);
    CHECK_FALSE(stopped.stopped);
  }
}

TEST_CASE("to train on no images is an error, not a division by zero") {
  const Dataset none;
  Network network = make_network({.inputs = 4, .hidden = {3}, .classes = 2}, 1, nullptr);
  Sgd sgd(network.parameters(), {}, nullptr);
  const Split split{.train = all_images(none), .validation = all_images(none)};
  CHECK(contains(error_of([&] { train(network, sgd, split, {.epochs = 1}, nullptr); }),
                 "at least one image to train on"));
}

}  // namespace bnlab::testing::trainer_test
