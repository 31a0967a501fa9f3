batch.load(subset, plan.begin(b), plan.end(b), threads);
const Tensor& logits = network.forward(batch.images, Mode::train);
const double loss = criterion.forward(logits, batch.labels);
if (!std::isfinite(static_cast<real>(loss))) {
  result.diverged_at_step = result.step + 1;
  return result;
}
network.backward(criterion.backward());
optimizer.step();
++result.step;
const real N = static_cast<real>(batch.labels.size());
real right = 0;
for (const std::uint8_t one : criterion.correct()) right += static_cast<real>(one);
result.epoch_in_progress.epoch = epoch;
result.epoch_in_progress.train_loss += loss * static_cast<double>(N);
result.epoch_in_progress.train_accuracy += static_cast<double>(right);
