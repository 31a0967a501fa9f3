// The initial weights: their distributions, what they depend on, and what they are for.
#include "bnlab/train/initialization.hpp"

#include <map>

#include "bnlab/train/architecture.hpp"
#include "support.hpp"

namespace bnlab::testing::initialization_test {

namespace {

std::map<std::string, Tensor> values(const Architecture& architecture, const InitOptions& init) {
  Network network = make_network(architecture, 3, nullptr, init);
  std::map<std::string, Tensor> all;
  for (const Parameter& p : network.parameters()) all[p.name] = *p.value;
  return all;
}

double mean_of(const Tensor& t) {
  double sum = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t j = 0; j < t.cols(); ++j) sum += static_cast<double>(t(i, j));
  }
  return sum / static_cast<double>(t.rows() * t.cols());
}

double mean_square_of(const Tensor& t) {
  double sum = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t j = 0; j < t.cols(); ++j) sum += std::pow(static_cast<double>(t(i, j)), 2);
  }
  return sum / static_cast<double>(t.rows() * t.cols());
}

double largest_of(const Tensor& t) {
  double largest = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    for (std::size_t j = 0; j < t.cols(); ++j) largest = std::max(largest, std::fabs(static_cast<double>(t(i, j))));
  }
  return largest;
}

bool all_zero(const Tensor& t) {
  return std::ranges::all_of(t.stored(), [](real x) { return x == 0; });
}

const std::vector<std::string> kMethods = {"default", "kaiming", "xavier"};
constexpr std::size_t kIn = 300, kOut = 100;
constexpr double kEntries = kIn * kOut;

Linear initialized(const std::string& method, double gain) {
  Linear layer(kIn, kOut, Random(1, "fc1"));
  initialize(layer, method, gain, Random(1, "fc1"));
  return layer;
}

// A ReLU network of that many hidden layers, the activations of the last of them for random inputs.
double mean_square_after(std::size_t layers, const InitOptions& init) {
  const Architecture a = {.inputs = 100, .hidden = std::vector<std::size_t>(layers, 100), .activation = "relu"};
  const Network network = make_network(a, 5, nullptr, init);
  Tensor x = random_tensor(200, 100, "x", -std::sqrt(3.0), std::sqrt(3.0));  // of variance 1
  for (std::size_t i = 0; i + 1 < network.layers().size(); ++i) {
    x = Tensor(network.layers()[i].layer->forward(x, Mode::eval));
  }
  return mean_square_of(x);
}

}  // namespace

TEST_CASE("kaiming: W is normal with the deviation gain / sqrt(fan_in), and b is 0") {
  for (const double gain : {1.0, std::sqrt(2.0)}) {
    const Linear layer = initialized("kaiming", gain);
    const double variance = gain * gain / kIn;
    CHECK(std::fabs(mean_of(layer.weight)) < 5 * std::sqrt(variance / kEntries));
    CHECK(std::fabs(mean_square_of(layer.weight) / variance - 1) < 5 * std::sqrt(2 / kEntries));
    const double largest = largest_of(layer.weight) / std::sqrt(variance);  // of 30,000 normal numbers
    CHECK((largest > 3.5 && largest < 6));
    CHECK(all_zero(layer.bias));
  }
}

TEST_CASE("xavier: W is uniform within gain sqrt(6 / (fan_in + fan_out)), and b is 0") {
  for (const double gain : {1.0, 5.0 / 3}) {
    const Linear layer = initialized("xavier", gain);
    const double bound = gain * std::sqrt(6.0 / (kIn + kOut));
    const double variance = bound * bound / 3;
    CHECK(std::fabs(mean_of(layer.weight)) < 5 * std::sqrt(variance / kEntries));
    CHECK(std::fabs(mean_square_of(layer.weight) / variance - 1) < 5 * std::sqrt(0.8 / kEntries));
    CHECK(largest_of(layer.weight) <= bound * (1 + 1e-6));
    CHECK(largest_of(layer.weight) > 0.999 * bound);
    CHECK(all_zero(layer.bias));
  }
}

TEST_CASE("default: the weights are those that Linear's constructor draws, to the last bit") {
  const Linear expected(kIn, kOut, Random(1, "fc1"));
  const Linear layer = initialized("default", 5);
  CHECK(identical(layer.weight, expected.weight));
  CHECK(identical(layer.bias, expected.bias));
  const auto all = values({.inputs = 9, .hidden = {7}, .classes = 5}, {});
  CHECK(identical(all.at("fc1.weight"), Linear(9, 7, Random(3, "init fc1")).weight));
  CHECK(identical(all.at("fc2.bias"), Linear(7, 5, Random(3, "init fc2")).bias));
}

TEST_CASE(
    "initial weights: another method is other weights, in each layer of its own; a method there is not is refused") {
  const Architecture a = {.inputs = 8, .hidden = {8, 8}, .classes = 8};
  for (const std::string& method : kMethods) {
    const auto all = values(a, {.method = method});
    CHECK(relative_error(all.at("fc1.weight"), all.at("fc2.weight")) > 0.5);
    for (const std::string& other : kMethods) {
      if (method == other) continue;
      CHECK(relative_error(all.at("fc1.weight"), values(a, {.method = other}).at("fc1.weight")) > 0.1);
    }
  }
  const std::string error = error_of([&] { values(a, {.method = "he"}); });
  for (const char* part : {"default|kaiming|xavier", "'he'"}) CHECK(contains(error, part));
}

TEST_CASE("initial weights: with and without a norm and dropout a network starts from the same bits") {
  const Architecture plain = {.inputs = 13, .hidden = {7, 11}, .classes = 5};
  Architecture batch = plain, layer = plain, dropout = plain;
  batch.norm = "batch", layer.norm = "layer", dropout.dropout = 0.5;
  for (const std::string& method : kMethods) {
    const InitOptions init = {.method = method, .scale = 0.5};
    const auto expected = values(plain, init);
    for (const Architecture& other : {batch, layer, dropout}) {
      const auto found = values(other, init);
      for (const auto& [name, value] : expected) CHECK(identical(found.at(name), value));
    }
  }
}

TEST_CASE("initial weights: a scale multiplies the weights of the hidden layers, and nothing else") {
  const Architecture a = {.inputs = 13, .hidden = {7, 11}, .classes = 5};
  for (const std::string& method : kMethods) {
    const auto usual = values(a, {.method = method});
    const auto scaled = values(a, {.method = method, .scale = 0.125});  // a power of 2: nothing is rounded
    for (const auto& [name, value] : usual) {
      const bool is_scaled = name == "fc1.weight" || name == "fc2.weight";
      Tensor expected = value;
      for (real& x : expected.stored()) x *= is_scaled ? real(0.125) : real(1);
      CHECK(identical(scaled.at(name), expected));
    }
  }
}

TEST_CASE("initial weights: hidden layers have the gain of their activation, the last layer has 1") {
  for (const ActivationKind& kind : activation_kinds()) {
    const Architecture a = {.inputs = kIn, .hidden = {kOut}, .classes = 50, .activation = kind.name};
    for (const std::string method : {"kaiming", "xavier"}) {
      const auto all = values(a, {.method = method});
      const double fans = method == "kaiming" ? kIn : (kIn + kOut) / 2.0;
      const double fans_of_last = method == "kaiming" ? kOut : (kOut + 50) / 2.0;
      CAPTURE(kind.name);
      CHECK(std::fabs(mean_square_of(all.at("fc1.weight")) * fans / (kind.gain * kind.gain) - 1) < 0.05);
      CHECK(std::fabs(mean_square_of(all.at("fc2.weight")) * fans_of_last - 1) < 0.1);
    }
  }
}

TEST_CASE(
    "initial weights: kaiming keeps the scale of activations through 20 ReLU layers, the default lets it vanish") {
  const double kept = mean_square_after(20, {.method = "kaiming"});
  CHECK((kept > 0.1 && kept < 10));
  CHECK(mean_square_after(20, {}) < 0.01);
  // Biases are 0 and the last layer is not looked at, so each of the 20 layers scales by a half.
  const double halved = mean_square_after(20, {.method = "kaiming", .scale = 0.5});
  CHECK(std::fabs(halved / kept * std::pow(4.0, 20) - 1) < 1e-3);
}

TEST_CASE("initial weights: options describe themselves") {
  CHECK(InitOptions{}.describe() == "default initial weights");
  CHECK(InitOptions{.method = "kaiming", .scale = 0.01}.describe() == "kaiming initial weights x 0.01");
}

}  // namespace bnlab::testing::initialization_test
