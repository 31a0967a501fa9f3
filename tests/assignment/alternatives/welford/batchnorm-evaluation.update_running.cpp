// Without momentum the average over k batches moves by 1/k of the way, which is Welford's step again.
const double m = options_.momentum ? *options_.momentum : 1 / static_cast<double>(num_batches_tracked);
const double more = 1 / static_cast<double>(N - 1);
for (std::size_t d = first; d < last; ++d) {
  const double old_mean = static_cast<double>(running_mean(d)), old_var = static_cast<double>(running_var(d));
  running_mean(d) = static_cast<real>(old_mean - m * (old_mean - mean_[d]));
  running_var(d) = static_cast<real>(old_var - m * (old_var - var_[d] - more * var_[d]));
}
