long double m = 0;
if (options_.momentum) {
  m = static_cast<long double>(*options_.momentum);
} else {
  m = 1 / static_cast<long double>(num_batches_tracked);
}
for (std::size_t d = first; d < last; ++d) {
  const long double unbiased =
      static_cast<long double>(var_[d]) * static_cast<long double>(N) / static_cast<long double>(N - 1);
  const long double mean = static_cast<long double>(running_mean(d)), var = static_cast<long double>(running_var(d));
  running_mean(d) = static_cast<real>((1 - m) * mean + m * static_cast<long double>(mean_[d]));
  running_var(d) = static_cast<real>((1 - m) * var + m * unbiased);
}
