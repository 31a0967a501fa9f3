double total = 0;
for (std::size_t n = 0; n < N; ++n) {
  const std::size_t t = labels[n];
  if (t >= C) fail("loss: label %zu of example %zu is not below %zu", t, n, C);
  const real* z = logits.row(n);
  // Maximum and sum in one sweep: what was summed so far is scaled down where a larger logit comes.
  double m = static_cast<double>(z[0]), sum = 1;
  std::size_t best = 0;
  for (std::size_t c = 1; c < C; ++c) {
    const double z_c = static_cast<double>(z[c]);
    if (z_c > m) {
      sum = sum * std::exp(m - z_c) + 1;
      m = z_c;
      best = c;
    } else {
      sum += z_c == m ? 1 : std::exp(z_c - m);
    }
  }
  for (std::size_t c = 0; c < C; ++c) p_(n, c) = static_cast<real>(std::exp(static_cast<double>(z[c]) - m) / sum);
  total += std::log(sum) - (static_cast<double>(z[t]) - m);
  correct_[n] = best == t;
}
return total / static_cast<double>(N);
