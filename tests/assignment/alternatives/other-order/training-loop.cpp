const double N = static_cast<double>(plan.end(b) - plan.begin(b));
batch.load(subset, plan.begin(b), plan.end(b), threads);
const double loss = criterion.forward(network.forward(batch.images, Mode::train), batch.labels);
long right = 0;
for (const std::uint8_t one : criterion.correct()) right += one;
if (!std::isfinite(loss)) {
  result.diverged_at_step = result.step + 1;
  return result;
}
++result.step;
result.epoch_in_progress.train_accuracy += static_cast<double>(right);
result.epoch_in_progress.train_loss += N * loss;
result.epoch_in_progress.epoch = epoch;
network.backward(criterion.backward());
optimizer.step();
