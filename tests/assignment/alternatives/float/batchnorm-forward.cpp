const real N = static_cast<real>(x.rows()), eps = static_cast<real>(options_.eps);
for (std::size_t d = first; d < last; ++d) {
  real sum = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) sum += x(n, d);
  const real mean = sum / N;
  real squares = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) squares += (x(n, d) - mean) * (x(n, d) - mean);
  const real var = squares / N;
  const real inv_std = 1 / std::sqrt(var + eps);
  for (std::size_t n = 0; n < x.rows(); ++n) {
    x_hat_(n, d) = (x(n, d) - mean) * inv_std;
    y_(n, d) = gamma(d) * x_hat_(n, d) + beta(d);
  }
  mean_[d] = static_cast<double>(mean);
  var_[d] = static_cast<double>(var);
  inv_std_[d] = static_cast<double>(inv_std);
}
