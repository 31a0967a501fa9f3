const auto largest_of = [C](const real* z) {
  std::size_t best = 0;
  for (std::size_t c = 1; c < C; ++c) best = z[c] > z[best] ? c : best;
  return best;
};
const auto log_sum_exp = [C, largest_of](const real* z) {
  const double m = static_cast<double>(z[largest_of(z)]);
  double sum = 0;
  for (std::size_t c = 0; c < C; ++c) sum += std::exp(static_cast<double>(z[c]) - m);
  return m + std::log(sum);
};
if (N > 0 && *std::max_element(labels.begin(), labels.end()) >= C) {
  fail("loss: expected labels below %zu, got %d", C, *std::max_element(labels.begin(), labels.end()));
}
double loss = 0;
for (std::size_t n = 0; n < N; ++n) {
  const double log_sum = log_sum_exp(logits.row(n));
  for (std::size_t c = 0; c < C; ++c) {
    p_(n, c) = static_cast<real>(std::exp(static_cast<double>(logits(n, c)) - log_sum));
  }
  correct_[n] = largest_of(logits.row(n)) == labels[n];
  loss += (log_sum - static_cast<double>(logits(n, labels[n]))) / static_cast<double>(N);
}
return loss;
