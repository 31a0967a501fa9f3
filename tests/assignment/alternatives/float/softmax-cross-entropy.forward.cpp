real total = 0;
for (std::size_t n = 0; n < N; ++n) {
  const int label = labels[n];
  if (label >= static_cast<int>(C)) fail("loss: expected a label below %zu, got %d", C, label);
  real largest = logits(n, 0);
  int best = 0;
  for (std::size_t c = 1; c < C; ++c) {
    if (logits(n, c) > largest) largest = logits(n, c), best = static_cast<int>(c);
  }
  real sum = 0;
  for (std::size_t c = 0; c < C; ++c) sum += std::exp(logits(n, c) - largest);
  for (std::size_t c = 0; c < C; ++c) p_(n, c) = std::exp(logits(n, c) - largest) / sum;
  total += std::log(sum) - (logits(n, labels[n]) - largest);
  correct_[n] = best == label;
}
return static_cast<double>(total / static_cast<real>(N));
