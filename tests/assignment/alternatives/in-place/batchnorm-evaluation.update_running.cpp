double m = 1 / static_cast<double>(num_batches_tracked);
if (options_.momentum) m = options_.momentum.value();
for (std::size_t d = first; d < last; ++d) {
  running_mean(d) *= static_cast<real>(1 - m);
  running_mean(d) += static_cast<real>(m * mean_[d]);
  running_var(d) *= static_cast<real>(1 - m);
  running_var(d) += static_cast<real>(m * var_[d] * (1 + 1 / (static_cast<double>(N) - 1)));
}
