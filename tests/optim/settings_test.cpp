// Optimizers by name: the table's defaults, and that each name makes its own optimizer.
#include "bnlab/optim/settings.hpp"

#include <algorithm>

#include "bnlab/nn/linear.hpp"
#include "bnlab/optim/sgd.hpp"
#include "support.hpp"

namespace bnlab::testing::optimizer_settings_test {

TEST_CASE("optimizers: names and defaults are those of the table") {
  CHECK(optimizer_names().starts_with("adam|adamw|sgd"));
  CHECK(optimizer_kind("adam").lr == 0.001);
  CHECK(optimizer_kind("adam").weight_decay == 0);
  CHECK(optimizer_kind("adamw").lr == 0.001);
  CHECK(optimizer_kind("adamw").weight_decay == 0.01);
  CHECK(optimizer_kind("sgd").lr == 0.1);
  CHECK(optimizer_kind("sgd").weight_decay == 0);
  const std::string error = error_of([] { optimizer_kind("lion"); });
  CHECK(contains(error, "expected the optimizer to be adam, adamw, sgd"));
  CHECK(contains(error, "got 'lion'"));
}

TEST_CASE("optimizers: each name makes an optimizer whose state has the parameters' names and shapes") {
  for (const OptimizerKind& kind : optimizer_kinds()) {
    CAPTURE(kind.name);
    Network network;
    network.add("fc1", Linear(3, 2, Random(1, "fc1")));
    const OptimizerSettings settings = {.name = kind.name, .lr = kind.lr, .momentum = 0.9};
    const std::unique_ptr<Optimizer> optimizer = make_optimizer(settings, network, nullptr);
    CHECK((dynamic_cast<Sgd*>(optimizer.get()) != nullptr) == (settings.name == "sgd"));
    CHECK((dynamic_cast<Adam*>(optimizer.get()) != nullptr) == settings.name.starts_with("adam"));
    for (const Buffer& b : optimizer->buffers()) {
      if (b.values == nullptr) continue;
      CAPTURE(b.name);
      const std::vector<Parameter> all = network.parameters();
      CHECK(std::any_of(all.begin(), all.end(), [&](const Parameter& p) {
        return b.name.starts_with(p.name + ".") && b.values->shape() == p.value->shape();
      }));
    }
  }
}

TEST_CASE("optimizers: AdamW takes weight decay from the weights, Adam from the gradient") {
  for (const char* name : {"adam", "adamw"}) {
    CAPTURE(name);
    Network network;
    const Linear& linear = network.add("fc1", Linear(3, 2, Random(1, "fc1")));
    const std::vector<Parameter> parameters = network.parameters();
    for (const Parameter& p : parameters) {
      *p.grad = Tensor::zeros_like(*p.value);
      p.grad->fill(0);
    }
    const double before = static_cast<double>(linear.weight(0, 0));
    make_optimizer({.name = name, .lr = 0.1, .weight_decay = 0.01}, network, nullptr)->step();
    const double change = static_cast<double>(linear.weight(0, 0)) - before;
    // Without another gradient Adam's first step is the learning rate long, whatever the weight.
    const double expected = std::string(name) == "adam" ? std::copysign(0.1, -before) : -0.1 * 0.01 * before;
    CHECK(change == doctest::Approx(expected).epsilon(1e-3));
  }
}

TEST_CASE("optimizers: a description names what is not the default") {
  CHECK(OptimizerSettings{}.describe() == "adam lr 0.001");
  CHECK(
      OptimizerSettings{.name = "sgd", .lr = 0.1, .momentum = 0.9, .nesterov = true, .weight_decay = 0.5}.describe() ==
      "sgd lr 0.1 Nesterov momentum 0.9 weight decay 0.5");
  CHECK(OptimizerSettings{.adam_eps = 1e-6}.describe() == "adam lr 0.001 eps 1e-06");
}

}  // namespace bnlab::testing::optimizer_settings_test
