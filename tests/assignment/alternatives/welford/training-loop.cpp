batch.load(subset, plan.begin(b), plan.end(b), threads);
const Tensor& logits = network.forward(batch.images, Mode::train);
const double loss = criterion.forward(logits, batch.labels), N = static_cast<double>(logits.rows());
if (!(std::abs(loss) < HUGE_VAL)) {
  result.diverged_at_step = 1 + result.step;
  return result;
}
std::size_t right = 0;
for (std::size_t n = 0; n < logits.rows(); ++n) {
  const real* z = logits.row(n);
  right += std::max_element(z, z + logits.cols()) - z == batch.labels[n];
}
EpochResult& sums = result.epoch_in_progress;
sums.epoch = epoch;
sums.train_loss += loss * N;
sums.train_accuracy += static_cast<double>(right);
network.backward(criterion.backward(), Mode::train);
optimizer.step();
result.step = result.step + 1;
