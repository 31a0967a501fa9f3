p_ = logits;
double total = 0;
for (std::size_t n = 0; n < N; ++n) {
  if (!(labels_[n] < C)) fail("loss: expected a label below %zu, got %d", C, labels_[n]);
  real m = p_(n, 0);
  for (std::size_t c = 0; c < C; ++c) m = std::max(m, p_(n, c));
  correct_[n] = p_(n, labels_[n]) == m;
  for (std::size_t c = 0; c < labels_[n]; ++c) {
    if (p_(n, c) == m) correct_[n] = 0;  // an earlier one is as large
  }
  for (std::size_t c = 0; c < C; ++c) p_(n, c) -= m;
  total -= static_cast<double>(p_(n, labels_[n]));
  for (std::size_t c = 0; c < C; ++c) p_(n, c) = std::exp(p_(n, c));
  double sum = 0;
  for (std::size_t c = 0; c < C; ++c) sum += static_cast<double>(p_(n, c));
  total += std::log(sum);
  for (std::size_t c = 0; c < C; ++c) p_(n, c) /= static_cast<real>(sum);
}
total /= static_cast<double>(N);
return total;
