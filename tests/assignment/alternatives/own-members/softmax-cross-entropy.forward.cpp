exponentials_.resize(N* C);
sums_.assign(N, 0.0);
double total = 0;
for (std::size_t n = 0; n < N; ++n) {
  const std::size_t t = labels_[n];
  if (t >= C) fail("loss: expected a label below %zu, got %zu", C, t);
  const std::size_t best = static_cast<std::size_t>(std::max_element(logits.row(n), logits.row(n) + C) - logits.row(n));
  const double m = static_cast<double>(logits(n, best));
  for (std::size_t c = 0; c < C; ++c) {
    exponentials_[n * C + c] = std::exp(static_cast<double>(logits(n, c)) - m);
    sums_[n] += exponentials_[n * C + c];
  }
  for (std::size_t c = 0; c < C; ++c) p_(n, c) = static_cast<real>(exponentials_[n * C + c] / sums_[n]);
  correct_[n] = best == t;
  total += m - static_cast<double>(logits(n, t)) + std::log(sums_[n]);
}
return total / static_cast<double>(N);
