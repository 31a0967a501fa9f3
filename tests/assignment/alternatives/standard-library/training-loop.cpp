#include <numeric>

batch.load(subset, plan.begin(b), plan.end(b), threads);
const double loss = criterion.forward(network.forward(batch.images, Mode::train), batch.labels);
if (!std::isfinite(loss)) {
  result.diverged_at_step = result.step + 1;
  return result;
}
network.backward(criterion.backward());
optimizer.step();
++result.step;
const auto marks = criterion.correct();
const int right = std::accumulate(marks.begin(), marks.end(), 0);
const double N = static_cast<double>(std::ssize(marks));
result.epoch_in_progress.epoch = epoch;
result.epoch_in_progress.train_loss = std::fma(loss, N, result.epoch_in_progress.train_loss);
result.epoch_in_progress.train_accuracy += right;
