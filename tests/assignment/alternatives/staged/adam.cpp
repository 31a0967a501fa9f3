#include <utility>

for (std::size_t i = 0; i < parameters_.size(); ++i) {
  const std::span<real> theta = parameters_[i].value->stored();
  const std::span<const real> grad = std::as_const(*parameters_[i].grad).stored();
  const std::span<real> m = m_[i].stored(), v = v_[i].stored();
  for (std::size_t k = 0; k < theta.size(); ++k) {
    double value = static_cast<double>(theta[k]), g = static_cast<double>(grad[k]);
    if (options_.decoupled) {
      value = value - options_.lr * options_.weight_decay * value;
    } else {
      g = g + options_.weight_decay * value;
    }
    const double new_m = options_.beta1 * static_cast<double>(m[k]) + (1 - options_.beta1) * g;
    const double new_v = options_.beta2 * static_cast<double>(v[k]) + (1 - options_.beta2) * g * g;
    const double m_hat = new_m / (1 - std::pow(options_.beta1, static_cast<double>(steps_)));
    const double v_hat = new_v / (1 - std::pow(options_.beta2, static_cast<double>(steps_)));
    value = value - options_.lr * m_hat / (std::sqrt(v_hat) + options_.eps);
    theta[k] = static_cast<real>(value);
    m[k] = static_cast<real>(new_m);
    v[k] = static_cast<real>(new_v);
  }
}
