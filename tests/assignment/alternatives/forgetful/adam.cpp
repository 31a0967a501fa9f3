const auto whole_power = [](double base, std::int64_t exponent) {  // by squaring
  double result = 1;
  for (; exponent > 0; exponent /= 2, base *= base) {
    if (exponent % 2 == 1) result *= base;
  }
  return result;
};
const real c1 = static_cast<real>(1 - whole_power(options_.beta1, steps_));
const real c2 = static_cast<real>(1 - whole_power(options_.beta2, steps_));
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  Tensor &theta = *parameters_[i].value, g = *parameters_[i].grad;
  const std::size_t count = theta.stored().size();
  for (std::size_t k = 0; k < count; ++k) {
    const real decay = static_cast<real>(options_.weight_decay) * theta.stored()[k];
    if (options_.decoupled) {
      theta.stored()[k] -= static_cast<real>(options_.lr) * decay;
    } else {
      g.stored()[k] += decay;
    }
  }
  const auto mean = [](real old, real now, double beta) {
    return static_cast<real>(beta * static_cast<double>(old) + (1 - beta) * static_cast<double>(now));
  };
  for (std::size_t k = 0; k < count; ++k) {
    m_[i].stored()[k] = mean(m_[i].stored()[k], g.stored()[k], options_.beta1);
    v_[i].stored()[k] = mean(v_[i].stored()[k], g.stored()[k] * g.stored()[k], options_.beta2);
  }
  for (std::size_t k = 0; k < count; ++k) {
    const real m_hat = m_[i].stored()[k] / c1, v_hat = v_[i].stored()[k] / c2;
    const real step = m_hat / (std::sqrt(v_hat) + static_cast<real>(options_.eps));
    theta.stored()[k] -= static_cast<real>(options_.lr) * step;
  }
}
