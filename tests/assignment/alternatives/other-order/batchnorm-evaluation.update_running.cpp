const double m = options_.momentum.value_or(1.0 / static_cast<double>(num_batches_tracked));
for (std::size_t d = last; d-- > first;) {
  const double unbiased = var_[d] / (1 - 1 / static_cast<double>(N));
  running_var(d) = static_cast<real>(m * unbiased + (1 - m) * static_cast<double>(running_var(d)));
  running_mean(d) = static_cast<real>(m * mean_[d] + (1 - m) * static_cast<double>(running_mean(d)));
}
