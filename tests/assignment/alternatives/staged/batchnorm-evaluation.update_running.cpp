double m = 0;
if (options_.momentum.has_value()) {
  m = *options_.momentum;
} else {
  m = 1.0 / static_cast<double>(num_batches_tracked);
}
for (std::size_t d = first; d < last; ++d) {
  const double unbiased_var = var_[d] * static_cast<double>(N) / static_cast<double>(N - 1);
  running_mean(d) = static_cast<real>((1 - m) * static_cast<double>(running_mean(d)) + m * mean_[d]);
  running_var(d) = static_cast<real>((1 - m) * static_cast<double>(running_var(d)) + m * unbiased_var);
}
