#include <algorithm>
#include <functional>

for (std::size_t i = 0; i < parameters_.size(); ++i) {
  const AdamOptions& o = options_;
  const std::span<real> theta = parameters_[i].value->stored(), grad = parameters_[i].grad->stored();
  const std::span<real> m = m_[i].stored(), v = v_[i].stored();
  std::vector<real> g(grad.begin(), grad.end()), change(grad.size());
  const real decay = static_cast<real>(o.decoupled ? o.lr * o.weight_decay : o.weight_decay);
  if (o.decoupled) {
    std::ranges::transform(theta, theta.begin(), [=](real value) { return value - decay * value; });
  } else {
    std::ranges::transform(theta, g, g.begin(), [=](real value, real slope) { return decay * value + slope; });
  }
  std::ranges::transform(m, g, m.begin(),
                         [b = static_cast<real>(o.beta1), rest = static_cast<real>(1 - o.beta1)](real mean, real now) {
                           return flush_tiny(b * mean + rest * now);
                         });
  std::ranges::transform(v, g, v.begin(),
                         [b = static_cast<real>(o.beta2), rest = static_cast<real>(1 - o.beta2)](real mean, real now) {
                           return flush_tiny(b * mean + rest * now * now);
                         });
  const double correction1 = 1 - std::pow(o.beta1, steps_), correction2 = 1 - std::pow(o.beta2, steps_);
  std::ranges::transform(m, v, change.begin(), [&](real mean, real square) {
    const double m_hat = static_cast<double>(mean) / correction1, v_hat = static_cast<double>(square) / correction2;
    return static_cast<real>(o.lr * m_hat / (std::sqrt(v_hat) + o.eps));
  });
  std::ranges::transform(theta, change, theta.begin(), std::minus<>());
}
