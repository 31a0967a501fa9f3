Tensor dmean({x.cols()});
const real N = static_cast<real>(x.rows());
for (std::size_t d = 0; d < x.cols(); ++d) {
  real sum = 0, centred = 0;
  for (std::size_t n = 0; n < x.rows(); ++n) sum += dx_hat(n, d), centred += x(n, d) - mean(d);
  dmean(d) = -sum / std::sqrt(var(d) + static_cast<real>(eps)) - 2 * dvar(d) * centred / N;
}
return dmean;
