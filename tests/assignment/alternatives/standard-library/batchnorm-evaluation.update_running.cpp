const double m = options_.momentum.value_or(1 / static_cast<double>(num_batches_tracked));
const double unbiased = static_cast<double>(N) / (static_cast<double>(N) - 1);
const auto moved = [m](real old, double now) { return static_cast<real>(std::lerp(static_cast<double>(old), now, m)); };
real *mean = running_mean.row(0), *var = running_var.row(0);
std::transform(mean + first, mean + last, &mean_[first], mean + first, moved);
std::transform(var + first, var + last, &var_[first], var + first,
               [&](real old, double now) { return moved(old, now * unbiased); });
