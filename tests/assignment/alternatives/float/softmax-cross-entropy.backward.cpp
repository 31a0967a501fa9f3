dlogits_.resize_like(p_);
const real N = static_cast<real>(p_.rows());
for (std::size_t n = 0; n < p_.rows(); ++n) {
  for (std::size_t c = 0; c < p_.cols(); ++c) dlogits_(n, c) = p_(n, c) / N;
  dlogits_(n, labels_[n]) -= 1 / N;
}
return dlogits_;
