// sqrt(v / c2) + eps = (sqrt(v) + eps sqrt(c2)) / sqrt(c2): both corrections go into the rate, and eps shrinks.
const double t = static_cast<double>(steps_);
const double c1 = 1 - std::pow(options_.beta1, t), root_c2 = std::sqrt(1 - std::pow(options_.beta2, t));
const real rate = static_cast<real>(options_.lr * root_c2 / c1), eps = static_cast<real>(options_.eps * root_c2);
const real keep = static_cast<real>(options_.decoupled ? 1 - options_.lr * options_.weight_decay : 1);
const real l2 = static_cast<real>(options_.decoupled ? 0 : options_.weight_decay);
const real new1 = static_cast<real>(1 - options_.beta1), new2 = static_cast<real>(1 - options_.beta2);
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  const auto theta = parameters_[i].value->stored(), grad = parameters_[i].grad->stored();
  const auto m = m_[i].stored(), v = v_[i].stored();
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const real g = l2 * theta[k] + grad[k];
    m[k] = flush_tiny(m[k] + new1 * (g - m[k]));
    v[k] = flush_tiny(v[k] + new2 * (g * g - v[k]));
    theta[k] = keep * theta[k] - rate * m[k] / (std::sqrt(v[k]) + eps);
  }
}
