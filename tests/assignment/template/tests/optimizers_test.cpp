// sgd and adam: a few steps with given gradients, without a backward pass.
#include "bnlab/optim/adam.hpp"
#include "bnlab/optim/sgd.hpp"
#include "support.hpp"

using namespace bnlab;
using namespace testing;

namespace {

// Parameters as layers have them: a weight [2, 3], kept in panels, and a bias [4].
struct Parameters {
  Tensor weight = matrix({{10, 10, 10}, {10, 10, 10}}, Layout::panels), bias = vector({4, 4, 4, 4});
  Tensor weight_grad = Tensor::zeros_like(weight), bias_grad = Tensor::zeros_like(bias);

  std::vector<Parameter> all() { return {{"weight", &weight, &weight_grad}, {"bias", &bias, &bias_grad}}; }
};

// The optimizer's state of that name.
Tensor state_of(Optimizer& optimizer, const std::string& name) {
  for (const Buffer& buffer : optimizer.buffers()) {
    if (buffer.name == name) return *buffer.values;
  }
  return {};
}

}  // namespace

TEST_CASE("sgd: without momentum, every parameter changes by -lr times its gradient") {
  Parameters p;
  Sgd sgd(p.all(), {.lr = 0.5});
  p.weight_grad = matrix({{0, 2, 4}, {-2, 6, 20}}, Layout::panels), p.bias_grad = vector({1, 0, -1, 8});
  sgd.step();
  CHECK(p.weight == near(matrix({{10, 9, 8}, {11, 7, 0}})));
  CHECK(p.bias == near(vector({3.5, 4, 4.5, 0})));
}

TEST_CASE("sgd: the velocity does not contain the learning rate") {
  Parameters p;
  Sgd sgd(p.all(), {.lr = 0.5, .momentum = 0.5});
  p.bias_grad = vector({4, 0, -4, 8});
  sgd.step();  // b = 4, and 4 - 4/2 = 2
  CHECK(p.bias == near(vector({2, 4, 6, 0})));
  sgd.step();  // b = 4/2 + 4 = 6, and 2 - 6/2 = -1
  CHECK(p.bias == near(vector({-1, 4, 9, -6})));
  CHECK(state_of(sgd, "bias.momentum_buffer") == near(vector({6, 0, -6, 12})));
}

TEST_CASE("sgd: Nesterov momentum") {
  Parameters p;
  Sgd sgd(p.all(), {.lr = 0.5, .momentum = 0.5, .nesterov = true});
  p.bias_grad = vector({4, 0, -4, 8});
  sgd.step();  // b = 4, the step goes along 4 + 4/2 = 6, and 4 - 6/2 = 1
  CHECK(p.bias == near(vector({1, 4, 7, -2})));
  sgd.step();  // b = 6, the step goes along 4 + 6/2 = 7, and 1 - 7/2 = -2.5
  CHECK(p.bias == near(vector({-2.5, 4, 10.5, -9})));
}

TEST_CASE("sgd: weight decay is added to the gradient, so it is in the velocity") {
  Parameters p;
  Sgd sgd(p.all(), {.lr = 0.5, .momentum = 0.5, .weight_decay = 0.5});
  p.bias_grad = vector({1, 0, -2, 6});
  sgd.step();  // g = 1 + 4/2 = 3, b = 3, and 4 - 3/2 = 2.5
  CHECK(p.bias == near(vector({2.5, 3, 4, 0})));
  sgd.step();  // g = 1 + 2.5/2 = 2.25, b = 3/2 + 2.25 = 3.75, and 2.5 - 3.75/2 = 0.625
  CHECK(p.bias == near(vector({0.625, 1.75, 4, -5})));
}

TEST_CASE("adam: the first step has the length of the learning rate, whatever the gradient's size") {
  Parameters p;
  Adam adam(p.all(), {.lr = 0.25});
  p.weight_grad = matrix({{1000, -1, 0.5}, {0.01, -30, 0}}, Layout::panels), p.bias_grad = vector({-0.01, 2, -70, 0});
  adam.step();
  CHECK(p.weight == near(matrix({{9.75, 10.25, 9.75}, {9.75, 10.25, 10}})));
  CHECK(p.bias == near(vector({4.25, 3.75, 4.25, 4})));
}

TEST_CASE("adam: two steps worked out by hand; all parameters are at the same step") {
  Parameters p;
  Adam adam(p.all(), {.lr = 3, .beta1 = 0.5, .beta2 = 0.75, .eps = 4});
  // First entry: m = 2/2 = 1 and v = 4/4 = 1; corrected by 1/2 and 1/4 they are 2 and 4; a step of 3 * 2 / (2 + 4) = 1.
  p.bias_grad = vector({2, -2, 0, 2}), p.weight_grad = matrix({{2, 0, 0}, {0, 0, -2}}, Layout::panels);
  adam.step();
  CHECK(p.bias == near(vector({3, 5, 4, 3})));
  // m = 1/2 + 5/2 = 3 and v = 3/4 + 25/4 = 7; corrected by 3/4 and 7/16 they are 4 and 16; the step is
  // 3 * 4 / (4 + 4) = 1.5. Second entry: m = -1/2 + 5/2 = 2, the same v, and a step of 3 * 8/3 / (4 + 4) = 1.
  p.bias_grad = vector({5, 5, 0, 5}), p.weight_grad = matrix({{5, 0, 0}, {0, 0, 5}}, Layout::panels);
  adam.step();
  CHECK(p.bias == near(vector({1.5, 4, 4, 1.5})));
  CHECK(p.weight == near(matrix({{7.5, 10, 10}, {10, 10, 10}})));
  CHECK(state_of(adam, "bias.exp_avg") == near(vector({3, 2, 0, 3})));
  CHECK(state_of(adam, "bias.exp_avg_sq") == near(vector({7, 7, 0, 7})));
}

TEST_CASE("adam: weight decay is added to the gradient; AdamW subtracts it from the parameter") {
  AdamOptions options{.lr = 3, .beta1 = 0.5, .beta2 = 0.75, .eps = 4, .weight_decay = 0.5};
  Parameters p, w;
  Adam adam(p.all(), options);
  p.bias_grad = vector({0, -4, -2, 0});
  adam.step();  // g = 0 + 4/2 = 2, -2 and 0: steps as above
  CHECK(p.bias == near(vector({3, 5, 4, 3})));

  options.weight_decay = 0.125, options.decoupled = true;
  Adam adamw(w.all(), options);
  w.bias_grad = vector({2, -2, 0, 2});
  adamw.step();  // first 3 * 1/8 * 4 = 1.5, then steps as above
  CHECK(w.bias == near(vector({1.5, 3.5, 2.5, 1.5})));
}
