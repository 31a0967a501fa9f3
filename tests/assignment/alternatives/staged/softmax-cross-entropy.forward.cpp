for (std::size_t n = 0; n < N; ++n) {
  if (labels[n] >= C) fail("loss: expected a label below %zu, got %zu", C, static_cast<std::size_t>(labels[n]));
}
double loss = 0;
for (std::size_t n = 0; n < N; ++n) {
  // the largest logit, and where it is first found
  real m = logits(n, 0);
  std::size_t winner = 0;
  for (std::size_t c = 1; c < C; ++c) {
    if (logits(n, c) > m) {
      m = logits(n, c);
      winner = c;
    }
  }
  // the exponentials
  for (std::size_t c = 0; c < C; ++c) p_(n, c) = std::exp(logits(n, c) - m);
  // their sum
  double sum = 0;
  for (std::size_t c = 0; c < C; ++c) sum += static_cast<double>(p_(n, c));
  // the probabilities
  for (std::size_t c = 0; c < C; ++c) p_(n, c) = static_cast<real>(static_cast<double>(p_(n, c)) / sum);
  // the loss
  loss += std::log(sum) + static_cast<double>(m) - static_cast<double>(logits(n, labels[n]));
  correct_[n] = winner == labels[n] ? 1 : 0;
}
loss /= static_cast<double>(N);
return loss;
