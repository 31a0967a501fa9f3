const Tensor& x = recall(y_, Mode::train);
double m = 1 / static_cast<double>(num_batches_tracked);
if (options_.momentum.has_value()) m = *options_.momentum;
for (std::size_t d = first; d < last && N > 1; ++d) {
  const double mean = (1 - m) * static_cast<double>(running_mean(d)) + m * column_mean(x, d);
  const double var = (1 - m) * static_cast<double>(running_var(d)) + m * column_variance(x, d, 1);
  running_mean(d) = static_cast<real>(mean);
  running_var(d) = static_cast<real>(var);
}
