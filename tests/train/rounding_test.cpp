// What rounding does to a training run (docs/adam.md). The same network is trained twice on the same images, the second
// time with the pixels in another order, and the rows of the first weight matrix with them. In exact arithmetic the two
// runs are one; in float they differ by the order in which the sums of a product are rounded, and by what training makes
// of that.
#include <algorithm>
#include <numeric>

#include "bnlab/data/dataset.hpp"
#include "bnlab/lab/run.hpp"
#include "bnlab/nn/linear.hpp"
#include "support.hpp"

using namespace bnlab;
using namespace bnlab::testing;

namespace {

struct Outcome {
  std::vector<double> losses;
  // Of the bias of the first Linear, root mean squares: how far its numbers went, and their last gradient.
  double bias_moved = 0, bias_grad = 0;
};

// 150 steps on the first 3,200 images of the sample, in the file's order.
Outcome train_150_steps(const Dataset& original, bool batch_norm, const OptimizerSettings& optimizer, bool permuted) {
  std::vector<std::size_t> order(original.features());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (permuted) Random(1, "pixels").shuffle(order);
  Dataset data = original;
  for (std::size_t i = 0; i < data.count(); ++i) {
    for (std::size_t d = 0; d < order.size(); ++d) data.pixels[i * order.size() + d] = original.image(i)[order[d]];
  }
  Run run({{.hidden = {16}, .batch_norm = batch_norm}, optimizer, {.epochs = 3, .shuffle = false}}, nullptr);
  auto& fc1 = dynamic_cast<Linear&>(*run.network.layers()[0].layer);
  const Tensor weight = fc1.weight, bias = fc1.bias;
  for (std::size_t d = 0; d < order.size(); ++d) {
    for (std::size_t j = 0; j < 16; ++j) fc1.weight(d, j) = weight(order[d], j);
  }
  run.train(split(data, 3200, 0, 1), {});
  Outcome outcome{run.step_losses};
  for (std::size_t j = 0; j < 16; ++j) {
    outcome.bias_moved += std::pow(static_cast<double>(fc1.bias(j) - bias(j)), 2) / 16;
    outcome.bias_grad += std::pow(static_cast<double>(fc1.bias_grad(j)), 2) / 16;
  }
  outcome.bias_moved = std::sqrt(outcome.bias_moved), outcome.bias_grad = std::sqrt(outcome.bias_grad);
  return outcome;
}

// The largest relative difference of a step's loss between two runs.
double difference(const Outcome& a, const Outcome& b) {
  REQUIRE((a.losses.size() == 150 && b.losses.size() == 150));
  double worst = 0;
  for (std::size_t i = 0; i < 150; ++i) worst = std::fmax(worst, std::abs(a.losses[i] / b.losses[i] - 1));
  return worst;
}

}  // namespace

TEST_CASE("ADAM.5: with eps 1e-8 the rounding noise of gradients that are zero in theory becomes steps of full size") {
  const Dataset data = load_datasets("data/fashion-mnist-sample").train;
  const OptimizerSettings sgd{.name = "sgd", .lr = 0.1}, adam, mild{.adam_eps = 1e-4};
  for (const bool batch_norm : {false, true}) {
    for (const OptimizerSettings& settings : {sgd, adam, mild}) {
      const Outcome run = train_150_steps(data, batch_norm, settings, false);
      const double change = difference(run, train_150_steps(data, batch_norm, settings, true));
      const std::string name = settings.describe() + (batch_norm ? ", batch normalization" : ", plain");
      INFO(name << ": with its pixels permuted the loss differs by " << change << "; the bias went " << run.bias_moved
                << ", its last gradient is " << run.bias_grad);
      if (!batch_norm) {
        CHECK(change < (kDouble ? 1e-13 : 1e-5));
        CHECK(run.bias_moved > 1e-3);
        continue;
      }
      // Of these the bias before batch normalization has no gradient but noise.
      const bool full_steps = settings.name == "adam" && settings.adam_eps < 1e-5 && !kDouble;
      CHECK(full_steps == (change > 1e-4));
      CHECK(full_steps == (run.bias_moved > 1e-3));
      if (!full_steps) CHECK(change < (kDouble ? 1e-10 : 1e-5));
    }
  }
}
