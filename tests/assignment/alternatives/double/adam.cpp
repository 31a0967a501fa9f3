const long double t = static_cast<long double>(steps_);
const double correction1 = static_cast<double>(1 - std::pow(static_cast<long double>(options_.beta1), t));
const double correction2 = static_cast<double>(1 - std::pow(static_cast<long double>(options_.beta2), t));
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  Tensor& value = *parameters_[i].value;
  for (std::size_t r = 0; r < value.rows(); ++r) {
    for (std::size_t c = 0; c < value.cols(); ++c) {
      double theta = static_cast<double>(value(r, c));
      double g = static_cast<double>((*parameters_[i].grad)(r, c));
      if (!options_.decoupled) g += options_.weight_decay * theta;
      if (options_.decoupled) theta *= 1 - options_.lr * options_.weight_decay;
      const double m = options_.beta1 * static_cast<double>(m_[i](r, c)) + (1 - options_.beta1) * g;
      const double v = options_.beta2 * static_cast<double>(v_[i](r, c)) + (1 - options_.beta2) * g * g;
      m_[i](r, c) = flush_tiny(static_cast<real>(m));
      v_[i](r, c) = flush_tiny(static_cast<real>(v));
      theta -= options_.lr * (m / correction1) / (std::sqrt(v / correction2) + options_.eps);
      value(r, c) = static_cast<real>(theta);
    }
  }
}
