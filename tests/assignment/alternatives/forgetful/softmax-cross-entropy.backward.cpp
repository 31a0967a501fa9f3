Tensor dlogits({p_.rows(), p_.cols()});
for (std::size_t n = 0; n < p_.rows(); ++n) {
  for (std::size_t c = 0; c < p_.cols(); ++c) {
    const real right = c == labels_[n];
    dlogits(n, c) = (p_(n, c) - right) / static_cast<real>(p_.rows());
  }
}
dlogits_ = std::move(dlogits);
return dlogits_;
