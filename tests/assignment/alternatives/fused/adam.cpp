const double t = static_cast<double>(steps_);
const double rate = options_.lr / -std::expm1(t * std::log(options_.beta1));
const double scale = 1 / -std::expm1(t * std::log(options_.beta2));
const AdamOptions o = options_;
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  real* theta = parameters_[i].value->stored().data();
  const real* grad = parameters_[i].grad->stored().data();
  real *m = m_[i].stored().data(), *v = v_[i].stored().data();
  for_entries(m_[i], [=](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const double now = static_cast<double>(theta[k]);
      const double g = static_cast<double>(grad[k]) + (o.decoupled ? 0 : o.weight_decay) * now;
      // old + (1 - beta) (new - old)
      const double mean = static_cast<double>(m[k]) + (1 - o.beta1) * (g - static_cast<double>(m[k]));
      const double square = static_cast<double>(v[k]) + (1 - o.beta2) * (g * g - static_cast<double>(v[k]));
      m[k] = flush_tiny(static_cast<real>(mean)), v[k] = flush_tiny(static_cast<real>(square));
      const double kept = o.decoupled ? 1 - o.lr * o.weight_decay : 1;
      theta[k] = static_cast<real>(kept * now - rate * mean / (std::sqrt(scale * square) + o.eps));
    }
  });
}
