const std::size_t N = p_.rows(), C = p_.cols();
Tensor one_hot({N, C});
for (std::size_t n = 0; n < N; ++n) one_hot(n, labels_[n]) = 1;
dlogits_.resize_like(p_);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t c = 0; c < C; ++c) dlogits_(n, c) = (p_(n, c) - one_hot(n, c)) / static_cast<real>(N);
}
return dlogits_;
