const std::size_t N = p_.rows();
dlogits_.resize_like(p_);
const real scale = real{1} / static_cast<real>(N);
for (std::size_t n = 0; n < N; ++n) {
  const real* p = p_.row(n);
  real* dz = dlogits_.row(n);
  for (std::size_t c = 0; c < p_.cols(); ++c) dz[c] = scale * p[c];
  dz[labels_[n]] = scale * (p[labels_[n]] - 1);
}
return dlogits_;
