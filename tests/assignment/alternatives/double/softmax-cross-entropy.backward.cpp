dlogits_.resize({p_.rows(), p_.cols()});
for (std::size_t n = 0; n < p_.rows(); ++n) {
  for (std::size_t c = 0; c < p_.cols(); ++c) {
    const double target = labels_[n] == c ? 1.0 : 0.0;
    dlogits_(n, c) = static_cast<real>((static_cast<double>(p_(n, c)) - target) / static_cast<double>(p_.rows()));
  }
}
return dlogits_;
