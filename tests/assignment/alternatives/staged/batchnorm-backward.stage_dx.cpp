const std::size_t N = x.rows(), D = x.cols();
const double count = static_cast<double>(N);
Tensor dx({N, D});
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = 0; d < D; ++d) {
    double sum = static_cast<double>(dx_hat(n, d)) / std::sqrt(static_cast<double>(var(d)) + eps);
    sum += static_cast<double>(dvar(d)) * (2 / count) * (static_cast<double>(x(n, d)) - static_cast<double>(mean(d)));
    sum += static_cast<double>(dmean(d)) * (1 / count);
    dx(n, d) = static_cast<real>(sum);
  }
}
return dx;
