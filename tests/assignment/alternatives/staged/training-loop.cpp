// 1. a batch
batch.load(subset, plan.begin(b), plan.end(b), threads);
const double N = static_cast<double>(batch.images.rows());
// 2. forward
const Tensor& logits = network.forward(batch.images, Mode::train);
const double loss = criterion.forward(logits, batch.labels);
// 3. is there anything to learn from?
if (std::isnan(loss) || std::isinf(loss)) {
  result.diverged_at_step = result.step + 1;
  return result;
}
// 4. backward
const Tensor& dlogits = criterion.backward();
network.backward(dlogits, Mode::train);
// 5. the change
optimizer.step();
result.step = result.step + 1;
// 6. the history
std::size_t right = 0;
for (std::size_t n = 0; n < criterion.correct().size(); ++n) {
  if (criterion.correct()[n] == 1) right = right + 1;
}
result.epoch_in_progress.epoch = epoch;
result.epoch_in_progress.train_loss = result.epoch_in_progress.train_loss + loss * N;
result.epoch_in_progress.train_accuracy = result.epoch_in_progress.train_accuracy + static_cast<double>(right);
