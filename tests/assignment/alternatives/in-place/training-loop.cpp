batch.load(subset, plan.begin(b), plan.end(b), threads);
const double N = static_cast<double>(batch.labels.size());
double loss = 0;
loss += criterion.forward(network.forward(batch.images, Mode::train), batch.labels);
if (!std::isfinite(loss)) {
  result.diverged_at_step = result.step;
  ++result.diverged_at_step;
  return result;
}
int right = 0;
for (const std::uint8_t c : criterion.correct()) right += c;
result.epoch_in_progress.epoch = epoch;
result.epoch_in_progress.train_loss += N * loss;
result.epoch_in_progress.train_accuracy += right;
network.backward(criterion.backward());
optimizer.step();
result.step += 1;
