dlogits_.resize_like(p_);
for (std::size_t n = 0; n < p_.rows(); ++n) {
  // What is taken from the label is given to the others: their sum is 1 - p_t.
  double others = 0;
  for (std::size_t c = 0; c < p_.cols(); ++c) {
    if (c == labels_[n]) continue;
    const double share = static_cast<double>(p_(n, c)) / static_cast<double>(p_.rows());
    dlogits_(n, c) = static_cast<real>(share);
    others += share;
  }
  dlogits_(n, labels_[n]) = static_cast<real>(-others);
}
return dlogits_;
