batch.load(subset, plan.begin(b), plan.end(b), threads);
const Tensor logits = network.forward(batch.images, Mode::train);
const double loss = criterion.forward(logits, batch.labels);
if (!std::isfinite(loss)) {
  result.diverged_at_step = result.step + 1;
  return result;
}
const Tensor dlogits = criterion.backward();
network.backward(dlogits, Mode::train);
optimizer.step();
result.step++;
const double N = static_cast<double>(logits.rows());
double right = 0;
for (std::size_t n = 0; n < logits.rows(); ++n) {
  if (criterion.correct()[n] != 0) right += 1;
}
result.epoch_in_progress.epoch = epoch;
result.epoch_in_progress.train_loss += loss * N;
result.epoch_in_progress.train_accuracy += right;
