const double n = static_cast<double>(N);
const double m = options_.momentum ? *options_.momentum : 1 / static_cast<double>(num_batches_tracked);
for (std::size_t d = first; d < last; ++d) {
  // old + m (new - old)
  const double mean = static_cast<double>(running_mean(d)), var = static_cast<double>(running_var(d));
  running_mean(d) = static_cast<real>(mean + m * (mean_[d] - mean));
  running_var(d) = static_cast<real>(var + m * (var_[d] * n / (n - 1) - var));
}
