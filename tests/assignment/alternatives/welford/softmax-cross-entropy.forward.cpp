double log_likelihood = 0;
for (std::size_t n = 0; n < N; ++n) {
  const std::size_t t = labels[n];
  if (t >= C) fail("loss: expected a label below %zu, got %zu (example %zu)", C, t, n);
  double m = -HUGE_VAL;
  for (std::size_t c = 0; c < C; ++c) m = std::fmax(m, static_cast<double>(logits(n, c)));
  double sum = 0;
  for (std::size_t c = 0; c < C; ++c) sum += std::exp(static_cast<double>(logits(n, c)) - m);
  const double log_sum = std::log(sum);
  for (std::size_t c = 0; c < C; ++c) {
    const double log_p = static_cast<double>(logits(n, c)) - m - log_sum;
    p_(n, c) = static_cast<real>(std::exp(log_p));
    if (c == t) log_likelihood += log_p;
  }
  bool beaten = false;
  for (std::size_t c = 0; c < C; ++c) {
    beaten = beaten || (c < t ? logits(n, c) >= logits(n, t) : logits(n, c) > logits(n, t));
  }
  correct_[n] = !beaten;
}
return -log_likelihood / static_cast<double>(N);
