const real correction1 = static_cast<real>(1 - std::pow(options_.beta1, static_cast<double>(steps_)));
const real correction2 = static_cast<real>(1 - std::pow(options_.beta2, static_cast<double>(steps_)));
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  auto theta = parameters_[i].value->stored(), m = m_[i].stored(), v = v_[i].stored();
  auto grad = parameters_[i].grad->stored();
  for (std::size_t k = 0; k < theta.size(); ++k) {
    real g = grad[k];
    if (options_.decoupled) {
      theta[k] *= static_cast<real>(1 - options_.lr * options_.weight_decay);
    } else {
      g += static_cast<real>(options_.weight_decay) * theta[k];
    }
    m[k] *= static_cast<real>(options_.beta1);
    m[k] += static_cast<real>(1 - options_.beta1) * g;
    m[k] = flush_tiny(m[k]);
    g *= g;
    g *= static_cast<real>(1 - options_.beta2);
    v[k] *= static_cast<real>(options_.beta2);
    v[k] += g;
    v[k] = flush_tiny(v[k]);
    real step = m[k] / correction1;
    step /= std::sqrt(v[k] / correction2) + static_cast<real>(options_.eps);
    step *= static_cast<real>(options_.lr);
    theta[k] -= step;
  }
}
