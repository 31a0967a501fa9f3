// The networks that are compared: their layers, the number of their parameters, and that they start alike.
#include "bnlab/train/architecture.hpp"

#include <map>

#include "support.hpp"

namespace bnlab::testing::architecture_test {

namespace {

std::string layer_names(const Architecture& architecture) {
  const Network network = make_network(architecture, 1, nullptr);
  std::string names;
  for (const auto& [name, layer] : network.layers()) names += name + " ";
  return names;
}

std::map<std::string, Tensor> values(const Architecture& architecture, std::uint64_t seed) {
  Network network = make_network(architecture, seed, nullptr);
  std::map<std::string, Tensor> all;
  for (const Parameter& p : network.parameters()) all[p.name] = *p.value;
  return all;
}

}  // namespace

TEST_CASE("batch normalization stands between each hidden Linear and its activation, and never on the logits") {
  CHECK(layer_names({.hidden = {5, 3}}) == "fc1 act1 fc2 act2 fc3 ");
  CHECK(layer_names({.hidden = {5, 3}, .norm = "batch"}) == "fc1 bn1 act1 fc2 bn2 act2 fc3 ");
  CHECK(layer_names({.hidden = {5}, .norm = "batch", .dropout = 0.5}) == "fc1 bn1 act1 drop1 fc2 ");
  CHECK(layer_names({.hidden = {}, .dropout = 0.5}) == "fc1 ");
  CHECK(
      contains(error_of([] { layer_names({.hidden = {}, .norm = "batch"}); }), "expected a hidden layer to normalize"));
}

TEST_CASE("a norm placed after the activation stands between it and dropout, and never on the logits") {
  CHECK(layer_names({.hidden = {5, 3}, .norm = "batch", .place = "after"}) == "fc1 act1 bn1 fc2 act2 bn2 fc3 ");
  CHECK(layer_names({.hidden = {5}, .norm = "layer", .dropout = 0.5, .place = "after"}) == "fc1 act1 ln1 drop1 fc2 ");
  CHECK(layer_names({.hidden = {5}, .place = "after"}) == "fc1 act1 fc2 ");
  const std::string error = error_of([] { layer_names({.norm = "batch", .place = "behind"}); });
  CHECK(contains(error, "before or after the activation, got 'behind'"));
}

TEST_CASE("without biases the hidden layers have none, the last layer has one, and the weights are the same bits") {
  const Architecture a = {.inputs = 13, .hidden = {7, 11}, .classes = 5, .norm = "batch"};
  Architecture unbiased = a, after = a;
  unbiased.bias = false, after.place = "after";
  const auto all = values(a, 3), without = values(unbiased, 3), behind = values(after, 3);
  for (const auto& [name, value] : all) {
    const bool is_hidden_bias = name == "fc1.bias" || name == "fc2.bias";
    REQUIRE(without.contains(name) != is_hidden_bias);
    if (!is_hidden_bias) CHECK(identical(without.at(name), value));
    CHECK(identical(behind.at(name), value));
  }
  CHECK(unbiased.parameter_count() == a.parameter_count() - 18);
  CHECK(after.parameter_count() == a.parameter_count());
}

TEST_CASE("the number of parameters is what the tensors hold together") {
  for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{}, {7}, {7, 11, 3}}) {
    for (const bool batch_norm : {false, true}) {
      if (batch_norm && hidden.empty()) continue;
      for (const bool bias : {true, false}) {
        const Architecture a = {.inputs = 13,
                                .hidden = hidden,
                                .classes = 5,
                                .norm = batch_norm ? "batch" : "none",
                                .dropout = 0.1,
                                .bias = bias};
        std::size_t count = 0;
        for (const auto& [name, value] : values(a, 1)) count += value.size();
        CHECK(a.parameter_count() == count);
      }
    }
  }
  CHECK(Architecture{}.parameter_count() == 784 * 512 + 512 + 512 * 10 + 10);
  CHECK(Architecture{.norm = "batch"}.parameter_count() == 784 * 512 + 512 + 512 * 10 + 10 + 1024);
}

TEST_CASE("widths follow one another from the inputs to the classes") {
  const auto all = values({.inputs = 13, .hidden = {7, 11}, .classes = 5, .norm = "batch"}, 1);
  CHECK(all.at("fc1.weight").shape() == "[13, 7]");
  CHECK(all.at("bn1.weight").shape() == "[7]");
  CHECK(all.at("fc2.weight").shape() == "[7, 11]");
  CHECK(all.at("bn2.bias").shape() == "[11]");
  CHECK(all.at("fc3.weight").shape() == "[11, 5]");
  CHECK(all.at("fc3.bias").shape() == "[5]");
  CHECK(all.size() == 10);
}

TEST_CASE("with and without batch normalization, and with dropout, the Linear layers start from the same bits") {
  const Architecture plain = {.inputs = 13, .hidden = {7, 11}, .classes = 5};
  Architecture norm = plain, dropout = plain;
  norm.norm = "batch", dropout.dropout = 0.5;
  const auto a = values(plain, 3), b = values(norm, 3), c = values(dropout, 3), other = values(plain, 4);
  for (const auto& [name, value] : a) {
    CHECK(identical(b.at(name), value));
    CHECK(identical(c.at(name), value));
    CHECK_FALSE(identical(other.at(name), value));
  }
}

TEST_CASE("layers of one network that have the same shape start from different weights and drop different entries") {
  const auto all = values({.inputs = 8, .hidden = {8, 8}, .classes = 8}, 1);
  CHECK(relative_error(all.at("fc1.weight"), all.at("fc2.weight")) > 0.5);
  CHECK(relative_error(all.at("fc2.weight"), all.at("fc3.weight")) > 0.5);
  const Network network = make_network({.inputs = 8, .hidden = {8, 8}, .dropout = 0.5}, 1, nullptr);
  Tensor ones({4, 8});
  ones.fill(1);
  const Tensor first = network.layers()[2].layer->forward(ones, Mode::train);
  CHECK(network.layers()[2].name == "drop1");
  CHECK_FALSE(identical(network.layers()[5].layer->forward(ones, Mode::train), first));
}

TEST_CASE("the activation asked for is the one that is built") {
  for (const auto& [name, limit] : {std::pair{"relu", 0.0},
                                    {"leaky-relu", -0.02},
                                    {"gelu", -std::erfc(std::sqrt(2.0))},
                                    {"sigmoid", 1 / (1 + std::exp(2.0))},
                                    {"tanh", std::tanh(-2.0)}}) {
    const Network network = make_network({.inputs = 4, .hidden = {4}, .activation = name}, 1, nullptr);
    Tensor low({1, 4});
    low.fill(-2);
    CHECK(std::fabs(static_cast<double>(network.layers()[1].layer->forward(low, Mode::eval)(0, 0)) - limit) < 1e-6);
  }
  const std::string message = error_of([] { make_network({.activation = "swish"}, 1, nullptr); });
  CHECK(contains(message, "swish"));
  CHECK(contains(message, "sigmoid"));
}

TEST_CASE("the first layer computes no input gradient, as nobody reads it") {
  for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{}, {6}}) {
    const std::string norm = hidden.empty() ? "none" : "batch";
    Network network = make_network({.inputs = 4, .hidden = hidden, .classes = 3, .norm = norm}, 1, nullptr);
    const Tensor x = random_tensor(5, 4, "x");
    CHECK(network.forward(x, Mode::train).shape() == "[5, 3]");
    CHECK(network.backward(random_tensor(5, 3, "dy")).size() == 0);
  }
}

TEST_CASE("an architecture describes itself, and two are equal when all is") {
  const Architecture a = {.inputs = 784, .hidden = {100, 50}, .classes = 10, .activation = "tanh", .dropout = 0.25};
  Architecture b = a;
  CHECK(a == b);
  b.norm = "batch";
  CHECK_FALSE(a == b);
  for (const char* part : {"784-100-50-10", "tanh", "0.25"}) CHECK(contains(a.describe(), part));
  CHECK_FALSE(contains(a.describe(), "with batch normalization"));
  CHECK(contains(b.describe(), "with batch normalization"));
  Architecture after = b, unbiased = b;
  after.place = "after", unbiased.bias = false;
  CHECK_FALSE(after == b);
  CHECK_FALSE(unbiased == b);
  CHECK(after.describe_norm() == "batch normalization after the activation");
  CHECK(contains(after.describe(), "with batch normalization after the activation"));
  CHECK(unbiased.describe() == "784-100-50-10 tanh no-bias dropout 0.25 with batch normalization");
  after.norm = "none";
  CHECK_FALSE(contains(after.describe(), "after"));
}

}  // namespace bnlab::testing::architecture_test
