#include "bnlab/lab/run.hpp"

#include <cmath>

#include "bnlab/optim/adam.hpp"
#include "bnlab/optim/sgd.hpp"

namespace bnlab {

std::string OptimizerSettings::describe() const {
  std::string text = format("%s lr %g", name.c_str(), lr);
  if (momentum > 0) text += format(nesterov ? " Nesterov momentum %g" : " momentum %g", momentum);
  if (weight_decay > 0) text += format(" weight decay %g", weight_decay);
  if (name != "sgd" && adam_eps != 1e-8) text += format(" eps %g", adam_eps);
  return text;
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSettings& s, Network& network, ThreadPool* threads) {
  if (s.name == "sgd") {
    const SgdOptions options{
        .lr = s.lr, .momentum = s.momentum, .nesterov = s.nesterov, .weight_decay = s.weight_decay};
    return std::make_unique<Sgd>(network.parameters(), options, threads);
  }
  AdamOptions options;
  options.lr = s.lr, options.eps = s.adam_eps, options.weight_decay = s.weight_decay;
  options.decoupled = s.name == "adamw";
  return std::make_unique<Adam>(network.parameters(), options, threads);
}

Run::Run(const RunSettings& s, ThreadPool* pool)
    : settings(s),
      threads(pool),
      network(make_network(s.architecture, s.training.seed, pool)),
      optimizer(make_optimizer(s.optimizer, network, pool)) {}

void Run::train(const Split& split, const TrainObserver& observer) {
  TrainObserver listening = observer;
  listening.on_step = [&](const StepResult& step) {
    step_losses.push_back(step.loss);
    if (observer.on_step) observer.on_step(step);
  };
  training = bnlab::train(network, *optimizer, split, settings.training, threads, listening, training);
}

void Run::test_at_the_end(const Dataset& images) {
  if (!finished()) return;
  test = evaluate(network, all_images(images), threads);
  if (!std::isfinite(test.loss)) training.diverged_at_step = training.step;
}

PairedDifference paired_difference(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second) {
  if (first.size() != second.size() || first.empty()) {
    fail("paired difference: expected as many images for both, got %zu and %zu", first.size(), second.size());
  }
  PairedDifference result{.count = first.size()};
  for (std::size_t i = 0; i < first.size(); ++i) {
    result.only_first += first[i] > second[i];
    result.only_second += second[i] > first[i];
  }
  const double n = static_cast<double>(result.count);
  const double b = static_cast<double>(result.only_first), c = static_cast<double>(result.only_second);
  result.difference = (c - b) / n;
  result.error = std::sqrt(((b + c) / n - result.difference * result.difference) / n);
  result.low = result.difference - 1.96 * result.error;
  result.high = result.difference + 1.96 * result.error;
  if (b + c > 0) {
    const double excess = std::fmax(std::abs(b - c) - 1, 0);
    result.p_value = std::erfc(std::sqrt(excess * excess / (b + c) / 2));
  }
  return result;
}

}  // namespace bnlab
