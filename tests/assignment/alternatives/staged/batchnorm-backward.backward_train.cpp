const Tensor& x = recall(dy, Mode::train);
const std::size_t N = dy.rows(), D = last - first;
const double count = static_cast<double>(N);
const auto centred = [&](std::size_t n, std::size_t d) { return static_cast<double>(x(n, d)) - mean_[d]; };

// dbeta, dgamma
for (std::size_t d = first; d < last; ++d) {
  double dbeta = 0, dgamma = 0;
  for (std::size_t n = 0; n < N; ++n) {
    dbeta += static_cast<double>(dy(n, d));
    dgamma += static_cast<double>(dy(n, d)) * static_cast<double>(x_hat_(n, d));
  }
  beta_grad(d) = static_cast<real>(dbeta);
  gamma_grad(d) = static_cast<real>(dgamma);
}
// dx_hat
std::vector<double> dx_hat(N* D);
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = first; d < last; ++d) {
    dx_hat[n * D + d - first] = static_cast<double>(dy(n, d)) * static_cast<double>(gamma(d));
  }
}
// dvar
std::vector<double> dvar(D);
for (std::size_t d = first; d < last; ++d) {
  for (std::size_t n = 0; n < N; ++n) {
    dvar[d - first] += dx_hat[n * D + d - first] * centred(n, d) * -0.5 * std::pow(var_[d] + options_.eps, -1.5);
  }
}
// dmean
std::vector<double> dmean(D);
for (std::size_t d = first; d < last; ++d) {
  double direct = 0, through_var = 0;
  for (std::size_t n = 0; n < N; ++n) {
    direct += dx_hat[n * D + d - first] * -1.0 / std::sqrt(var_[d] + options_.eps);
    through_var += -2.0 * centred(n, d);
  }
  dmean[d - first] = direct + dvar[d - first] * through_var / count;
}
// dx
for (std::size_t n = 0; n < N; ++n) {
  for (std::size_t d = first; d < last; ++d) {
    const double direct = dx_hat[n * D + d - first] / std::sqrt(var_[d] + options_.eps);
    const double through_var = dvar[d - first] * 2.0 * centred(n, d) / count;
    const double through_mean = dmean[d - first] / count;
    dx_(n, d) = static_cast<real>(direct + through_var + through_mean);
  }
}
