// dσ² = -½ / (σ² + ε) times the sum of dx̂ x̂
Tensor dvar({x.cols()});
for (std::size_t d = 0; d < x.cols(); ++d) {
  const double v = static_cast<double>(var(d)) + eps;
  double dot = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) {
    const double x_hat = (static_cast<double>(x(n, d)) - static_cast<double>(mean(d))) / std::sqrt(v);
    dot += (static_cast<double>(dx_hat(n, d)) * x_hat - dot) / static_cast<double>(n + 1);
  }
  dvar(d) = static_cast<real>(-dot * static_cast<double>(x.rows()) / (v + v));
}
return dvar;
