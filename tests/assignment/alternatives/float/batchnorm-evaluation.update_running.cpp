const real m = static_cast<real>(options_.momentum.value_or(1 / static_cast<double>(num_batches_tracked)));
const real n = static_cast<real>(N);
for (std::size_t d = first; d < last; ++d) {
  const real mean = static_cast<real>(mean_[d]), unbiased = static_cast<real>(var_[d]) * n / (n - 1);
  running_mean(d) = (1 - m) * running_mean(d) + m * mean;
  running_var(d) = (1 - m) * running_var(d) + m * unbiased;
}
