const double N = static_cast<double>(dy.rows());
for (std::size_t d = first; d < last; ++d) {
  const std::vector<double>& column = centred_[d];
  double sum = 0, dot = 0;
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    sum += static_cast<double>(dy(n, d));
    dot += static_cast<double>(dy(n, d)) * column[n];
  }
  beta_grad(d) = static_cast<real>(sum);
  gamma_grad(d) = static_cast<real>(dot / deviation_[d]);
  const double slope = static_cast<double>(gamma(d)) / deviation_[d];
  const double stretch = dot / (N * deviation_[d] * deviation_[d]);
  for (std::size_t n = 0; n < dy.rows(); ++n) {
    dx_(n, d) = static_cast<real>(slope * (static_cast<double>(dy(n, d)) - sum / N - column[n] * stretch));
  }
}
