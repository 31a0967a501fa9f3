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

void test_at_the_end(RunResult& result, const Dataset& test, ThreadPool* threads) {
  if (!result.finished()) return;
  result.test = evaluate(result.network, whole(test), threads);
  if (!std::isfinite(result.test.loss)) result.training.diverged_at_step = result.training.step;
}

RunResult run(const RunSettings& settings, const Split& split, const Dataset& test, ThreadPool* threads,
              const TrainObserver& observer) {
  RunResult result{make_network(settings.architecture, settings.training.seed, threads), {}, {}, {}};
  const std::unique_ptr<Optimizer> optimizer = make_optimizer(settings.optimizer, result.network, threads);
  TrainObserver listening = observer;
  listening.on_step = [&](const StepResult& step) {
    result.step_losses.push_back(step.loss);
    if (observer.on_step) observer.on_step(step);
  };
  result.training = train(result.network, *optimizer, split, settings.training, threads, listening);
  test_at_the_end(result, test, threads);
  return result;
}

}  // namespace bnlab
