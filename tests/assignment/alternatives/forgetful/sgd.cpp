for (std::size_t i = 0; i < parameters_.size(); ++i) {
  Tensor& theta = *parameters_[i].value;
  Tensor g = *parameters_[i].grad;
  for (std::size_t k = 0; k < g.stored().size(); ++k) {
    g.stored()[k] += static_cast<real>(options_.weight_decay) * theta.stored()[k];
  }
  Tensor u = g;
  if (options_.momentum > 0) {
    Tensor b = velocity_[i];
    for (real& b_k : b.stored()) b_k *= static_cast<real>(options_.momentum);
    for (std::size_t k = 0; k < g.stored().size(); ++k) b.stored()[k] += g.stored()[k];
    velocity_[i] = b;
    u = b;
    if (options_.nesterov) {
      for (std::size_t k = 0; k < g.stored().size(); ++k) {
        u.stored()[k] = g.stored()[k] + static_cast<real>(options_.momentum) * b.stored()[k];
      }
    }
  }
  for (std::size_t k = 0; k < g.stored().size(); ++k) {
    theta.stored()[k] -= static_cast<real>(options_.lr) * u.stored()[k];
  }
}
