const double mu = options_.momentum;
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  const auto theta = parameters_[i].value->stored(), grad = parameters_[i].grad->stored();
  const auto b = velocity_.empty() ? std::span<real>() : velocity_[i].stored();
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const double now = static_cast<double>(theta[k]);
    const double g = static_cast<double>(grad[k]) + options_.weight_decay * now;
    const double old_b = b.empty() ? 0 : static_cast<double>(b[k]), new_b = mu * old_b + g;
    if (!b.empty()) b[k] = flush_tiny(static_cast<real>(new_b));
    // Nesterov's g + mu b, where g is b less mu times the b before.
    const double u = options_.nesterov ? (1 + mu) * new_b - mu * old_b : new_b;
    theta[k] = static_cast<real>(now - options_.lr * u);
  }
}
