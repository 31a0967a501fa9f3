dlogits_.resize_like(p_);
for (std::size_t c = p_.cols(); c-- > 0;) {
  for (std::size_t n = p_.rows(); n-- > 0;) {
    const real wanted = labels_[n] == c ? 1 : 0;
    dlogits_(n, c) = -(wanted - p_(n, c)) / static_cast<real>(p_.rows());
  }
}
return dlogits_;
