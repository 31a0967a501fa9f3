for (std::size_t i = parameters_.size(); i-- > 0;) {
  const auto theta = parameters_[i].value->stored(), grad = parameters_[i].grad->stored();
  const real decay = static_cast<real>(options_.weight_decay), mu = static_cast<real>(options_.momentum);
  const real lr = static_cast<real>(options_.lr);
  if (options_.momentum > 0) {
    const auto b = velocity_[i].stored();
    for (std::size_t k = b.size(); k-- > 0;) b[k] = flush_tiny(decay * theta[k] + grad[k] + mu * b[k]);
    for (std::size_t k = b.size(); k-- > 0;) {
      theta[k] -= (options_.nesterov ? decay * theta[k] + grad[k] + mu * b[k] : b[k]) * lr;
    }
  } else {
    for (std::size_t k = theta.size(); k-- > 0;) theta[k] -= (decay * theta[k] + grad[k]) * lr;
  }
}
