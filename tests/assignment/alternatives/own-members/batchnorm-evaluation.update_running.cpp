static_cast<void>(N);
const double m = options_.momentum.value_or(1 / static_cast<double>(num_batches_tracked));
for (std::size_t d = first; d < last; ++d) {
  running_mean(d) = static_cast<real>((1 - m) * static_cast<double>(running_mean(d)) + m * average_[d]);
  running_var(d) = static_cast<real>((1 - m) * static_cast<double>(running_var(d)) + m * unbiased_[d]);
}
