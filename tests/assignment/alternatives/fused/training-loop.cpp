batch.load(subset, plan.begin(b), plan.end(b), threads);
const double loss = criterion.forward(network.forward(batch.images, Mode::train), batch.labels);
if (!std::isfinite(loss)) return result.diverged_at_step = result.step + 1, result;
network.backward(criterion.backward()), optimizer.step(), ++result.step;
const double N = static_cast<double>(plan.end(b) - plan.begin(b));
double right = 0;
for (const std::uint8_t one : criterion.correct()) right += one;
result.epoch_in_progress.epoch = epoch;
result.epoch_in_progress.train_loss += N * loss, result.epoch_in_progress.train_accuracy += right;
