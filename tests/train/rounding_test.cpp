// What rounding does to a training run (docs/adam.md). The same network is trained twice on the same images, the second
// time with the pixels in another order, and the rows of the first weight matrix with them. In exact arithmetic the two
// runs are one; in float they differ by the order in which the sums of a product are rounded, and by what training
// makes of that.
#include <algorithm>
#include <numeric>

#include "bnlab/lab/run.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"
#include "support.hpp"

namespace bnlab::testing::rounding_test {

namespace {

struct Outcome {
  std::vector<double> losses;
  // Of the 16 numbers of the first Linear's bias, root mean squares: how far they went, and their last gradient.
  double bias_moved = 0, bias_grad = 0;
};

// What keeps its weights: gradients that are zero in theory, as batch normalization takes away what is the same in all
// of a batch.
struct Kept {
  bool bias = false;             // fc1.bias
  bool constant_pixels = false;  // the weights of each pixel that is the same in all images of the batch at hand
};

bool is_constant(const Tensor& images, std::size_t d) {
  for (std::size_t n = 1; n < images.rows(); ++n) {
    if (images(n, d) != images(0, d)) return false;
  }
  return true;
}

// Sets those gradients to the 0 that they are in theory.
void clear_noise(const Kept& kept, const Tensor& images, Linear& fc1) {
  if (kept.bias) fc1.bias_grad.fill(0);
  for (std::size_t d = 0; kept.constant_pixels && d < images.cols(); ++d) {
    if (!is_constant(images, d)) continue;
    for (std::size_t j = 0; j < fc1.weight.cols(); ++j) fc1.weight_grad(d, j) = 0;
  }
}

// 784-16-10, ReLU: 150 steps of 64 images of the sample in the file's order.
Outcome train_150_steps(const Dataset& original, bool batch_norm, const OptimizerSettings& settings, bool permuted,
                        const Kept& kept = {}) {
  std::vector<std::size_t> order(original.features());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (permuted) Random(1, "pixels").shuffle(order);
  Dataset data = original;
  for (std::size_t i = 0; i < 3200; ++i) {
    for (std::size_t d = 0; d < order.size(); ++d) data.pixels[i * order.size() + d] = original.image(i)[order[d]];
  }
  Run run({{.hidden = {16}, .norm = batch_norm ? "batch" : "none"}, settings, {}}, nullptr);
  auto& fc1 = dynamic_cast<Linear&>(*run.network.layers()[0].layer);
  const Tensor weight = fc1.weight, bias = fc1.bias;
  for (std::size_t d = 0; d < order.size(); ++d) {
    for (std::size_t j = 0; j < 16; ++j) fc1.weight(d, j) = weight(order[d], j);
  }
  Outcome outcome;
  const Subset all = all_images(data);
  Batch batch;
  SoftmaxCrossEntropy criterion;
  for (std::size_t step = 0; step < 150; ++step) {
    batch.load(all, step % 50 * 64, step % 50 * 64 + 64, nullptr);
    outcome.losses.push_back(criterion.forward(run.network.forward(batch.images, Mode::train), batch.labels));
    run.network.backward(criterion.backward());
    clear_noise(kept, batch.images, fc1);
    run.optimizer->step();
  }
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

const Dataset& images() {
  static const DatasetPair sample = load_datasets("data/fashion-mnist-sample");
  return sample.train;
}

}  // namespace

TEST_CASE("ADAM.5: with eps 1e-8 the rounding noise of gradients that are zero in theory becomes steps that show") {
  const OptimizerSettings sgd{.name = "sgd", .lr = 0.1}, adam, mild{.adam_eps = 1e-4};
  for (const bool batch_norm : {false, true}) {
    for (const OptimizerSettings& settings : {sgd, adam, mild}) {
      const Outcome run = train_150_steps(images(), batch_norm, settings, false);
      const double change = difference(run, train_150_steps(images(), batch_norm, settings, true));
      const std::string name = settings.describe() + (batch_norm ? ", batch normalization" : ", plain");
      INFO(name << ": with its pixels permuted the loss differs by " << change << "; the bias went " << run.bias_moved
                << ", its last gradient is " << run.bias_grad);
      if (!batch_norm) {
        CHECK(change < (kDouble ? 1e-13 : 1e-5));
        CHECK(run.bias_moved > 1e-3);
        continue;
      }
      // Of these the bias before batch normalization has no gradient but noise.
      const bool noise_shows = settings.name == "adam" && settings.adam_eps < 1e-5 && !kDouble;
      CHECK(noise_shows == (change > 1e-4));
      CHECK(noise_shows == (run.bias_moved > 1e-3));
      if (!noise_shows) CHECK(change < (kDouble ? 1e-10 : 1e-5));
    }
  }
}

TEST_CASE("ADAM.5: it is the weights of pixels that are constant in a batch that carry rounding noise into the loss") {
  if (kDouble) return;
  Batch batch;
  std::size_t constant = 0;
  for (std::size_t b = 0; b < 50; ++b) {
    batch.load(all_images(images()), b * 64, b * 64 + 64, nullptr);
    for (std::size_t d = 0; d < 784; ++d) constant += is_constant(batch.images, d);
  }
  INFO((static_cast<double>(constant) / 50) << " pixels are constant in a batch, on average");
  double change[2][2];
  for (const bool bias : {false, true}) {
    for (const bool pixels : {false, true}) {
      const Kept kept{bias, pixels};
      change[bias][pixels] =
          difference(train_150_steps(images(), true, {}, false, kept), train_150_steps(images(), true, {}, true, kept));
    }
  }
  INFO("with their weights kept from moving the loss differs by: nothing kept "
       << change[0][0] << ", the bias " << change[1][0] << ", pixels constant in the batch " << change[0][1]
       << ", both " << change[1][1]);
  CHECK(change[0][0] > 1e-4);
  CHECK(change[1][0] > 1e-5);
  CHECK(change[0][1] < 1e-5);
  CHECK(change[1][1] < 1e-5);
}

}  // namespace bnlab::testing::rounding_test
