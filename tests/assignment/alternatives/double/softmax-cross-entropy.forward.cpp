long double total = 0;
for (std::size_t n = 0; n < N; ++n) {
  const unsigned label = labels[n];
  if (label >= C) fail("loss: expected a label below %zu, got %u", C, label);
  std::size_t best = 0;
  for (std::size_t c = 0; c < C; ++c) {
    if (logits(n, c) > logits(n, best)) best = c;
  }
  const double m = static_cast<double>(logits(n, best));
  long double sum = 0;
  for (std::size_t c = 0; c < C; ++c) sum += std::exp(static_cast<long double>(logits(n, c)) - m);
  for (std::size_t c = 0; c < C; ++c) {
    p_(n, c) = static_cast<real>(std::exp(static_cast<long double>(logits(n, c)) - m) / sum);
  }
  total += std::log(sum) - (static_cast<long double>(logits(n, label)) - m);
  correct_[n] = static_cast<std::uint8_t>(best == label);
}
return static_cast<double>(total / static_cast<long double>(N));
