dlogits_ = p_;
for (std::size_t n = 0; n < labels_.size(); ++n) dlogits_(n, labels_[n]) -= 1;
for (real& dz : dlogits_.stored()) dz /= static_cast<real>(labels_.size());
return dlogits_;
