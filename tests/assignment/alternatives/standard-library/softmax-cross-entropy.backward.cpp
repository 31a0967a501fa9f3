dlogits_.resize_like(p_);
const real N = static_cast<real>(p_.rows());
std::ranges::transform(p_.stored(), dlogits_.stored().begin(), [N](real p) { return p / N; });
for (std::size_t n = 0; n < p_.rows(); ++n) dlogits_(n, labels_[n]) -= 1 / N;
return dlogits_;
