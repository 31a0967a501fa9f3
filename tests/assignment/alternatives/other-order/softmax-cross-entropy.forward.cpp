double total = 0;
for (std::size_t n = N; n-- > 0;) {
  const std::size_t t = labels[n];
  if (C <= t) fail("loss: expected a label below %zu, got %zu", C, t);
  std::size_t best = C - 1;
  for (std::size_t c = C - 1; c-- > 0;) {
    if (logits(n, c) >= logits(n, best)) best = c;
  }
  double sum = 0;
  for (std::size_t c = C; c-- > 0;) {
    const double e = std::exp(static_cast<double>(logits(n, c) - logits(n, best)));
    p_(n, c) = static_cast<real>(e);
    sum += e;
  }
  for (std::size_t c = C; c-- > 0;) p_(n, c) = static_cast<real>(static_cast<double>(p_(n, c)) / sum);
  correct_[n] = t == best;
  total += static_cast<double>(logits(n, best) - logits(n, t)) + std::log(sum);
}
return total / static_cast<double>(N);
