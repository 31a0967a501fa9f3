const std::size_t N = labels_.size(), C = exponentials_.size() / N;
dlogits_.resize({N, C});
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t c = 0; c < C; ++c) {
    const double p = exponentials_[n * C + c] / sums_[n];
    dlogits_(n, c) = static_cast<real>((c == labels_[n] ? p - 1 : p) / static_cast<double>(N));
  }
}
return dlogits_;
