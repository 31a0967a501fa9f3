const auto count_of = [](std::span<const std::uint8_t> correct) {
  double count = 0;
  for (const std::uint8_t one : correct) count += static_cast<double>(one);
  return count;
};
batch.load(subset, plan.begin(b), plan.end(b), threads);
const Tensor logits = network.forward(batch.images, Mode::train);
const double loss = criterion.forward(logits, batch.labels);
const bool diverged = std::isnan(loss) || std::isinf(loss);
if (diverged) {
  result.diverged_at_step = result.step + 1;
  return result;
}
network.backward(criterion.backward());
optimizer.step();
++result.step;
const double right = count_of(criterion.correct()), N = static_cast<double>(batch.labels.size());
result.epoch_in_progress = {epoch,
                            result.epoch_in_progress.train_loss + loss* N,
                            result.epoch_in_progress.train_accuracy + right,
                            false,
                            0,
                            0,
                            result.epoch_in_progress.seconds};
