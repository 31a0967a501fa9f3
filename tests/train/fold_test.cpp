// Folding: BN.11 to BN.13 give a plain network with the same logits.
#include "bnlab/train/fold.hpp"

#include <algorithm>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/tanh.hpp"
#include "bnlab/train/model_file.hpp"
#include "support.hpp"

namespace bnlab::testing::fold_test {

namespace {

// Nothing at its initial value: gamma and beta away from 1 and 0, statistics of a wide range.
Model model_with(const Architecture& architecture) {
  Model model{{architecture, "some set", 3}, make_network(architecture, 3, nullptr)};
  std::size_t k = 0;
  for (const auto& [name, layer] : model.network.layers()) {
    if (auto* bn = dynamic_cast<BatchNorm*>(layer.get())) {
      const std::size_t D = bn->gamma.cols();
      bn->gamma = random_vector(D, "gamma" + std::to_string(k), -2, 2);
      bn->beta = random_vector(D, "beta" + std::to_string(k), -1, 1);
      bn->running_mean = random_vector(D, "mean" + std::to_string(k), -3, 3);
      bn->running_var = random_vector(D, "var" + std::to_string(k), 0.001, 4);
      bn->running_var(0) = 0;  // a dead feature: only eps is left under the root
      ++k;
    }
  }
  return model;
}

}  // namespace

TEST_CASE(
    "BN.11, BN.12: on paper. W = (2, 3), b = 1, mean 5, variance 4 - eps, gamma 6, beta 7: W' = (6, 9), b' = -5") {
  Architecture a{.inputs = 2, .hidden = {1}, .classes = 2, .activation = "relu", .norm = "batch"};
  Model model = model_with(a);
  auto& linear = dynamic_cast<Linear&>(*model.network.layers()[0].layer);
  auto& bn = dynamic_cast<BatchNorm&>(*model.network.layers()[1].layer);
  linear.weight(0, 0) = 2, linear.weight(1, 0) = 3, linear.bias(0) = 1;
  bn.running_mean(0) = 5, bn.running_var(0) = static_cast<real>(4 - 1e-5), bn.gamma(0) = 6, bn.beta(0) = 7;
  Model plain = fold_batch_norm(model, nullptr);
  const auto& folded = dynamic_cast<const Linear&>(*plain.network.layers()[0].layer);
  CHECK(std::abs(folded.weight(0, 0) - 6) < 1e-5);
  CHECK(std::abs(folded.weight(1, 0) - 9) < 1e-5);
  CHECK(std::abs(folded.bias(0) + 5) < 1e-5);
}

TEST_CASE(
    "BN.11, BN.13: on paper. W = (2, 3), b = 1, means (5, 1), a = (3, 0.5), betas (7, 0): W' = (6, 1.5), b' = -16.5") {
  Architecture a{.inputs = 2, .hidden = {2}, .classes = 2, .activation = "relu", .norm = "batch", .place = "after"};
  Model model = model_with(a);
  auto& bn = dynamic_cast<BatchNorm&>(*model.network.layers()[2].layer);
  auto& linear = dynamic_cast<Linear&>(*model.network.layers()[3].layer);
  linear.weight(0, 0) = 2, linear.weight(1, 0) = 3, linear.bias(0) = 1;
  bn.running_mean(0) = 5, bn.running_var(0) = static_cast<real>(4 - 1e-5), bn.gamma(0) = 6, bn.beta(0) = 7;
  bn.running_mean(1) = 1, bn.running_var(1) = static_cast<real>(4 - 1e-5), bn.gamma(1) = 1, bn.beta(1) = 0;
  Model plain = fold_batch_norm(model, nullptr);
  const auto& folded = dynamic_cast<const Linear&>(*plain.network.layers()[2].layer);
  CHECK(std::abs(folded.weight(0, 0) - 6) < 1e-5);
  CHECK(std::abs(folded.weight(1, 0) - 1.5) < 1e-5);
  CHECK(std::abs(folded.bias(0) + 16.5) < 2e-5);  // 1 + 2 (7 - 5 · 3) + 3 (0 - 1 · 0.5)
}

TEST_CASE(
    "fold: the same logits within 1e-5 and the same predictions, for every activation, place and depth, with dropout "
    "and biases or not") {
  for (const char* activation : {"relu", "sigmoid", "tanh"}) {
    for (const int variant : {0, 1, 2, 3, 4, 5, 6, 7}) {
      const double dropout = (variant & 1) != 0 ? 0.4 : 0;
      const bool bias = (variant & 2) == 0;
      const std::string place = (variant & 4) == 0 ? "before" : "after";
      for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{9}, {17, 6, 33}}) {
        CAPTURE(activation);
        CAPTURE(hidden.size());
        Model model = model_with({.inputs = 20,
                                  .hidden = hidden,
                                  .classes = 4,
                                  .activation = activation,
                                  .norm = "batch",
                                  .dropout = dropout,
                                  .place = place,
                                  .bias = bias});
        Model plain = fold_batch_norm(model, nullptr);
        CHECK(plain.network.layers().size() == model.network.layers().size() - hidden.size());
        CHECK(plain.info.architecture.norm == "none");
        CHECK(plain.info.architecture.place == "before");
        CHECK(plain.info.architecture.bias);
        CHECK(plain.info.architecture.dropout == dropout);
        CHECK(plain.info.dataset == "some set");
        CHECK(plain.info.seed == 3);
        CHECK(plain.network.buffers().empty());
        const Tensor x = random_tensor(50, 20, "x");
        const Tensor &a = model.network.forward(x, Mode::eval), &b = plain.network.forward(x, Mode::eval);
        CHECK(relative_error(b, a) < (kDouble ? 1e-13 : 1e-5));
        for (std::size_t n = 0; n < x.rows(); ++n) {
          CHECK(std::max_element(a.row(n), a.row(n) + 4) - a.row(n) ==
                std::max_element(b.row(n), b.row(n) + 4) - b.row(n));
        }
      }
    }
  }
}

TEST_CASE("fold: the given model stays as it is; a plain one is refused; a saved folded model loads as a plain one") {
  TempFolder folder;
  Model model = model_with({.inputs = 20, .hidden = {9}, .classes = 4, .activation = "tanh", .norm = "batch"});
  save_model(folder / "before", model.network);
  Model plain = fold_batch_norm(model, nullptr);
  save_model(folder / "after", model.network);
  CHECK(read_text(folder / "before") == read_text(folder / "after"));
  CHECK(contains(error_of([&] { fold_batch_norm(plain, nullptr); }), "found a plain one"));
  save_model(folder / "plain", plain.network, metadata_of(plain.info));
  const Model loaded = load_model(folder / "plain", "relu", nullptr);
  CHECK(loaded.info.architecture == plain.info.architecture);
}

TEST_CASE("BN.11: the epsilon is that of the layer that is folded") {
  for (const double eps : {0.5, 1e-5, 0.0}) {
    CAPTURE(eps);
    Model model{{{.inputs = 6, .hidden = {5}, .classes = 4, .activation = "tanh", .norm = "batch"}, "", 0}, Network()};
    model.network.add("fc1", Linear(6, 5, Random(1, "fc1")));
    BatchNorm& bn = model.network.add("bn1", BatchNorm(5, {.eps = eps}));
    bn.running_mean = random_vector(5, "mean", -3, 3), bn.running_var = random_vector(5, "var", 0.01, 1);
    model.network.add("act1", Tanh());
    model.network.add("fc2", Linear(5, 4, Random(1, "fc2")));
    Model plain = fold_batch_norm(model, nullptr);
    const Tensor x = random_tensor(7, 6, "x");
    CHECK(relative_error(plain.network.forward(x, Mode::eval), model.network.forward(x, Mode::eval)) <
          (kDouble ? 1e-13 : 1e-5));
  }
}

}  // namespace bnlab::testing::fold_test
