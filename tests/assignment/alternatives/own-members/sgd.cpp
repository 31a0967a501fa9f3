for (std::size_t i = 0; i < parameters_.size(); ++i) {
  const std::span<real> theta = parameters_[i].value->stored(), g = parameters_[i].grad->stored();
  change_.resize(theta.size());
  for (std::size_t k = 0; k < theta.size(); ++k) {
    change_[k] = static_cast<double>(g[k]) + options_.weight_decay * static_cast<double>(theta[k]);
  }
  if (i < velocity_.size()) {
    const std::span<real> b = velocity_[i].stored();
    for (std::size_t k = 0; k < theta.size(); ++k) {
      const double now = options_.momentum * static_cast<double>(b[k]) + change_[k];
      b[k] = flush_tiny(static_cast<real>(now));
      change_[k] = options_.nesterov ? change_[k] + options_.momentum * now : now;
    }
  }
  for (std::size_t k = 0; k < theta.size(); ++k) theta[k] -= static_cast<real>(options_.lr * change_[k]);
}
