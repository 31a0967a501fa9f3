// Networks: names and order, copies and moves, the chain rule, and all of it together against differences of the loss.
#include "bnlab/nn/network.hpp"

#include <algorithm>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"
#include "bnlab/nn/relu.hpp"
#include "bnlab/nn/sigmoid.hpp"
#include "bnlab/nn/tanh.hpp"
#include "support.hpp"

namespace bnlab::testing::network_test {

namespace {

using Labels = std::vector<std::uint8_t>;

// in-h1-h2-4, batch normalization before each activation, dropout after the first.
Network network_of(std::size_t in, std::size_t h1, std::size_t h2, ThreadPool* threads = nullptr) {
  Network network(threads);
  network.add("fc1", Linear(in, h1, Random(1, "fc1")));
  BatchNorm& bn1 = network.add("bn1", BatchNorm(h1));
  bn1.gamma = random_vector(h1, "gamma1", 0.5, 2), bn1.beta = random_vector(h1, "beta1");
  network.add("act1", ReLU());
  network.add("drop1", Dropout(0.25, Random(1, "drop1")));
  network.add("fc2", Linear(h1, h2, Random(1, "fc2")));
  BatchNorm& bn2 = network.add("bn2", BatchNorm(h2));
  bn2.gamma = random_vector(h2, "gamma2", 0.5, 2), bn2.beta = random_vector(h2, "beta2");
  network.add("act2", Tanh());
  network.add("fc3", Linear(h2, 4, Random(1, "fc3")));
  return network;
}

Labels labels_of(std::size_t N) {
  Labels labels;
  for (std::size_t n = 0; n < N; ++n) labels.push_back(static_cast<std::uint8_t>(n * n % 4));
  return labels;
}

// The mean loss of one training step, with every parameter moved against its gradient.
double train_step(Network& network, const Tensor& x, const Labels& labels) {
  SoftmaxCrossEntropy criterion;
  const double loss = criterion.forward(network.forward(x, Mode::train), labels);
  network.backward(criterion.backward());
  for (const Parameter& p : network.parameters()) {
    for (std::size_t k = 0; k < p.value->stored().size(); ++k) {
      p.value->stored()[k] -= static_cast<real>(0.1) * p.grad->stored()[k];
    }
  }
  return loss;
}

// Everything that a network holds: values, gradients, buffers.
std::vector<Tensor> contents(Network& network) {
  std::vector<Tensor> all;
  for (const Parameter& p : network.parameters()) all.push_back(*p.value), all.push_back(*p.grad);
  for (const Buffer& b : network.buffers()) {
    if (b.values != nullptr) all.push_back(*b.values);
    if (b.count != nullptr) all.push_back(random_vector(static_cast<std::size_t>(*b.count), "count"));
  }
  return all;
}

bool all_identical(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), identical);
}

}  // namespace

TEST_CASE("parameters and buffers come in the order of the layers, under the names of PyTorch's state_dict") {
  Network network = network_of(5, 3, 6);
  std::string names;
  for (const Parameter& p : network.parameters()) names += p.name + " ";
  CHECK(names ==
        "fc1.weight fc1.bias bn1.weight bn1.bias fc2.weight fc2.bias bn2.weight bn2.bias fc3.weight fc3.bias ");
  names.clear();
  for (const Buffer& b : network.buffers()) names += b.name + " ";
  CHECK(names ==
        "bn1.running_mean bn1.running_var bn1.num_batches_tracked "
        "bn2.running_mean bn2.running_var bn2.num_batches_tracked ");
  names.clear();
  for (const auto& [name, layer] : network.layers()) names += name + " ";
  CHECK(names == "fc1 bn1 act1 drop1 fc2 bn2 act2 fc3 ");
  for (const Parameter& p : network.parameters()) CHECK(p.value->same_shape(*p.grad));
}

TEST_CASE("forward and backward are those of the layers, one after the other, in both modes") {
  Network network;
  Linear &fc1 = network.add("fc1", Linear(5, 3, Random(1, "fc1"))), own1(5, 3, Random(1, "fc1"));
  network.add("act1", Sigmoid());
  Linear &fc2 = network.add("fc2", Linear(3, 4, Random(1, "fc2"))), own2(3, 4, Random(1, "fc2"));
  Sigmoid own_act;
  const Tensor x[] = {random_tensor(6, 5, "x"), random_tensor(2, 5, "other")};
  for (const Mode mode : {Mode::train, Mode::eval}) {
    const Tensor& x_mode = x[mode == Mode::eval];
    const Tensor& y = own2.forward(own_act.forward(own1.forward(x_mode, mode), mode), mode);
    CHECK(identical(network.forward(x_mode, mode), y));
    const Tensor dy = random_tensor(mode == Mode::train ? 6 : 2, 4, "dy");
    const Tensor& dx = own1.backward(own_act.backward(own2.backward(dy, mode), mode), mode);
    CHECK(identical(network.backward(dy, mode), dx));
    CHECK((identical(fc1.weight_grad, own1.weight_grad) && identical(fc1.bias_grad, own1.bias_grad)));
    CHECK((identical(fc2.weight_grad, own2.weight_grad) && identical(fc2.bias_grad, own2.bias_grad)));
  }
}

TEST_CASE("the gradients of a whole network are the slopes of its loss, in both modes") {
  if (!kDouble) return;  // in float the differences have no digits
  Network network = network_of(5, 3, 6);
  const Tensor x = random_tensor(7, 5, "x");
  const Labels labels = labels_of(7);
  for (int step = 0; step < 3; ++step) train_step(network, x, labels);
  for (const Mode mode : {Mode::train, Mode::eval}) {
    SoftmaxCrossEntropy criterion;
    Network start = network;  // the same masks and statistics for every probe
    criterion.forward(start.forward(x, mode), labels);
    start.backward(criterion.backward(), mode);
    const std::size_t count = start.parameters().size();
    for (std::size_t i = 0; i < count; ++i) {
      const Parameter p = start.parameters()[i];
      CAPTURE(p.name);
      Tensor slopes = Tensor::zeros_like(*p.grad), analytic = *p.grad;
      for (std::size_t r = 0; r < slopes.rows(); ++r) {
        for (std::size_t c = 0; c < slopes.cols(); ++c) {
          const auto loss_at = [&](double shift) {
            Network probe = network;
            real& value = probe.parameters()[i].value->operator()(r, c);
            value = static_cast<real>(static_cast<double>(value) + shift);
            return SoftmaxCrossEntropy().forward(probe.forward(x, mode), labels);
          };
          const double h = 1e-5;
          slopes(r, c) = static_cast<real>((loss_at(h) - loss_at(-h)) / (2 * h));
        }
      }
      const bool vanishes = mode == Mode::train && (p.name == "fc1.bias" || p.name == "fc2.bias");
      if (vanishes) slopes.fill(0);  // batch normalization takes the mean, and the bias with it
      CHECK(relative_error(analytic, slopes) < (vanishes ? 1e-14 : 1e-7));
    }
  }
}

TEST_CASE("a copy of a network is deep, goes on like the original, and has no forward pass to go back through") {
  Network network = network_of(5, 3, 6);
  const Tensor x = random_tensor(7, 5, "x"), dy = random_tensor(7, 4, "dy");
  const Labels labels = labels_of(7);
  train_step(network, x, labels);
  Network copy = network, assigned;
  assigned.add("old", ReLU());
  assigned = network;
  CHECK(contains(error_of([&] { assigned.backward(dy); }), "forward"));
  const auto kept = contents(copy);
  const Tensor y = copy.forward(x, Mode::eval);
  train_step(network, x, labels);
  CHECK_FALSE(identical(network.forward(x, Mode::eval), y));
  for (Network* other : {&copy, &assigned}) {
    CHECK(all_identical(contents(*other), kept));
    CHECK(identical(other->forward(x, Mode::eval), y));
    train_step(*other, x, labels);
    CHECK(all_identical(contents(*other), contents(network)));
  }
  Network& same = network;
  network = same;
  CHECK(all_identical(contents(network), contents(copy)));
}

TEST_CASE("a moved network keeps its tensors where they are, and the forward pass it had") {
  Network network = network_of(5, 3, 6);
  const Tensor x = random_tensor(7, 5, "x"), dy = random_tensor(7, 4, "dy");
  const auto before = network.parameters();
  network.forward(x, Mode::train);
  Network moved = std::move(network), again;
  again = std::move(moved);
  again.backward(dy);
  const auto after = again.parameters();
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK((after[i].value == before[i].value && after[i].grad == before[i].grad && after[i].name == before[i].name));
  }
  const Tensor y = again.forward(x, Mode::eval);
  (*before.back().value)(0) += 1;
  CHECK(again.forward(x, Mode::eval)(0, 0) - y(0, 0) > 0.99);
}

TEST_CASE("two layers of batch normalization in a network keep apart: each has the statistics of its own input") {
  Network network;
  BatchNorm& bn1 = network.add("bn1", BatchNorm(3, {.momentum = 1}));
  BatchNorm& bn2 = network.add("bn2", BatchNorm(3, {.momentum = 1}));
  bn1.gamma.fill(3), bn1.beta.fill(-2);
  const Tensor x = random_tensor(40, 3, "x", 10, 11), dy = random_tensor(40, 3, "dy");
  BatchNorm alone = bn1;
  alone.forward(x, Mode::train);
  const Tensor dx = alone.backward(dy, Mode::train);
  network.forward(x, Mode::train);
  CHECK(identical(bn1.backward(dy, Mode::train), dx));
  for (std::size_t d = 0; d < 3; ++d) {
    CHECK(std::fabs(static_cast<double>(bn1.running_mean(d)) - 10.5) < 0.2);
    CHECK(std::fabs(static_cast<double>(bn2.running_mean(d)) + 2) < 1e-5);
    CHECK(std::fabs(static_cast<double>(bn2.running_var(d)) - 9 * 40.0 / 39) < 2e-3);
  }
  BatchNorm copy = bn1;
  CHECK(contains(error_of([&] { copy.backward(dy, Mode::train); }), "forward"));
  CHECK(contains(error_of([&] { bn1.backward(dy, Mode::eval); }), "forward"));
  CHECK(contains(error_of([&] { bn1.backward(random_tensor(4, 3, "dy"), Mode::train); }), "[4, 3]"));
  CHECK(contains(error_of([&] { bn1.forward(random_tensor(4, 2, "x"), Mode::train); }), "[4, 2]"));
}

TEST_CASE(
    "any number of threads trains and evaluates to the same bits, again and again, at sizes that no tile divides") {
  struct Sizes {
    std::size_t N, in, h1, h2;
  };
  for (const Sizes& s :
       {Sizes{2, 7, 1, 10}, {7, 51, 63, 65}, {63, 301, 65, 7}, {65, 63, 785, 1}, {301, 51, 785, 101}}) {
    CAPTURE(s.N);
    const Tensor x = random_tensor(s.N, s.in, "x");
    const Labels labels = labels_of(s.N);
    std::vector<Tensor> expected;
    for (const std::size_t threads : {1u, 2u, 3u, 4u, 4u}) {
      ThreadPool pool(threads);
      Network network = network_of(s.in, s.h1, s.h2, threads == 1 ? nullptr : &pool);
      for (int step = 0; step < 2; ++step) train_step(network, x, labels);
      std::vector<Tensor> found = contents(network);
      found.push_back(network.forward(x, Mode::eval));
      if (expected.empty()) expected = found;
      CHECK(all_identical(found, expected));
    }
  }
}

}  // namespace bnlab::testing::network_test
