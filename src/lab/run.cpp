#include "bnlab/lab/run.hpp"

namespace bnlab {

Run::Run(const RunSettings& s, ThreadPool* pool)
    : settings(s),
      threads(pool),
      network(make_network(s.architecture, s.training.seed, pool, s.init)),
      optimizer(make_optimizer(s.optimizer, network, pool)) {}

void Run::train(const Split& split, const TrainObserver& observer) {
  TrainObserver recording = observer;
  recording.on_step = [&](const StepResult& step) {
    step_losses.push_back(step.loss);
    if (observer.on_step) observer.on_step(step);
  };
  training = bnlab::train(network, *optimizer, split, settings.training, threads, recording, training);
}

void Run::test_at_the_end(const Dataset& images) {
  if (!finished()) return;
  test = evaluate(network, all_images(images), threads);
  if (!test.finite) training.diverged_at_step = training.step;
}

}  // namespace bnlab
