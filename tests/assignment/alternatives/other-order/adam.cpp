for (std::size_t i = parameters_.size(); i-- > 0;) {
  const auto theta = parameters_[i].value->stored(), grad = parameters_[i].grad->stored();
  const auto v = v_[i].stored(), m = m_[i].stored();
  const double t = static_cast<double>(steps_);
  const real lr = static_cast<real>(options_.lr), eps = static_cast<real>(options_.eps);
  const real decay = static_cast<real>(options_.weight_decay);
  const real coupled = options_.decoupled ? 0 : decay, decoupled = options_.decoupled ? decay : 0;
  const real new_v = static_cast<real>(1 - options_.beta2), new_m = static_cast<real>(1 - options_.beta1);
  const real old_v = static_cast<real>(options_.beta2), old_m = static_cast<real>(options_.beta1);
  const real full_v = static_cast<real>(1 - std::pow(options_.beta2, t));
  const real full_m = static_cast<real>(1 - std::pow(options_.beta1, t));
  for (std::size_t k = theta.size(); k-- > 0;) {
    const real g = coupled * theta[k] + grad[k];
    v[k] = flush_tiny(g * g * new_v + v[k] * old_v);
    m[k] = flush_tiny(g * new_m + m[k] * old_m);
  }
  for (std::size_t k = theta.size(); k-- > 0;) {
    const real step = m[k] / full_m / (eps + std::sqrt(v[k] / full_v));
    theta[k] = theta[k] - decoupled * lr * theta[k] - step * lr;
  }
}
