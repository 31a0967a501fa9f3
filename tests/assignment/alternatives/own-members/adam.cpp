weights_m_ = 1 - std::pow(options_.beta1, static_cast<double>(steps_));
weights_v_ = 1 - std::pow(options_.beta2, static_cast<double>(steps_));
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  const std::span<real> theta = parameters_[i].value->stored(), grad = parameters_[i].grad->stored();
  const std::span<real> m = m_[i].stored(), v = v_[i].stored();
  for_entries(*parameters_[i].value, [&, this](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const real decay = static_cast<real>(options_.weight_decay) * theta[k];
      const real g = options_.decoupled ? grad[k] : grad[k] + decay;
      m[k] = flush_tiny(static_cast<real>(options_.beta1) * m[k] + static_cast<real>(1 - options_.beta1) * g);
      v[k] = flush_tiny(static_cast<real>(options_.beta2) * v[k] + static_cast<real>(1 - options_.beta2) * (g * g));
      const double root = std::sqrt(static_cast<double>(v[k]) / weights_v_);
      double change = static_cast<double>(m[k]) / weights_m_ / (root + options_.eps);
      if (options_.decoupled) change += static_cast<double>(decay);
      theta[k] -= static_cast<real>(options_.lr * change);
    }
  });
}
