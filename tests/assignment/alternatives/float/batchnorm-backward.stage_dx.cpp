Tensor dx({x.rows(), x.cols()});
const real N = static_cast<real>(x.rows());
for (std::size_t n = 0; n < x.rows(); ++n) {
  for (std::size_t d = 0; d < x.cols(); ++d) {
    dx(n, d) = dx_hat(n, d) / std::sqrt(var(d) + static_cast<real>(eps)) + dvar(d) * 2 * (x(n, d) - mean(d)) / N +
               dmean(d) / N;
  }
}
return dx;
