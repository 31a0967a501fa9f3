// Σ (x - μ) is 0, so the path through σ² adds nothing.
static_cast<void>(dvar), static_cast<void>(mean);
Tensor dmean({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  long double sum = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) sum += static_cast<long double>(dx_hat(n, d));
  dmean(d) = static_cast<real>(-sum / std::sqrt(static_cast<long double>(var(d)) + static_cast<long double>(eps)));
}
return dmean;
