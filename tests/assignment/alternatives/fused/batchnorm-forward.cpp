const double N = static_cast<double>(x.rows());
for (std::size_t d = first; d < last; ++d) {
  double sum = 0, squares = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double v = static_cast<double>(x(n, d));
    sum += v;
    squares += v * v;
  }
  const double mean = sum / N, var = std::max(0.0, squares / N - mean * mean);
  const double inv_std = 1 / std::sqrt(var + options_.eps);
  const double g = static_cast<double>(gamma(d)), b = static_cast<double>(beta(d));
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double x_hat = (static_cast<double>(x(n, d)) - mean) * inv_std;
    x_hat_(n, d) = static_cast<real>(x_hat);
    y_(n, d) = static_cast<real>(x_hat * g + b);
  }
  mean_[d] = mean, var_[d] = var, inv_std_[d] = inv_std;
}
