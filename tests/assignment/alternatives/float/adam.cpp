const real lr = static_cast<real>(options_.lr), eps = static_cast<real>(options_.eps);
const real beta1 = static_cast<real>(options_.beta1), beta2 = static_cast<real>(options_.beta2);
const real decay = static_cast<real>(options_.weight_decay), t = static_cast<real>(steps_);
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  Tensor &theta = *parameters_[i].value, &grad = *parameters_[i].grad;
  for (std::size_t r = 0; r < theta.rows(); ++r) {
    for (std::size_t c = 0; c < theta.cols(); ++c) {
      real g = grad(r, c);
      real &m = m_[i](r, c), &v = v_[i](r, c);
      if (options_.decoupled) {
        theta(r, c) -= lr * decay * theta(r, c);
      } else {
        g += decay * theta(r, c);
      }
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const real m_hat = m / (1 - std::pow(beta1, t)), v_hat = v / (1 - std::pow(beta2, t));
      theta(r, c) -= lr * m_hat / (std::sqrt(v_hat) + eps);
    }
  }
}
