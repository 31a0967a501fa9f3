#include <algorithm>

const real lr = static_cast<real>(options_.lr), mu = static_cast<real>(options_.momentum);
std::size_t i = 0;
std::ranges::for_each(parameters_, [&](const Parameter& p) {
  const std::span<real> theta = p.value->stored(), grad = p.grad->stored();
  std::vector<real> u(theta.size());
  std::ranges::transform(
      grad, theta, u.begin(),
      [decay = static_cast<real>(options_.weight_decay)](real g, real value) { return g + decay * value; });
  if (!velocity_.empty()) {
    const std::span<real> b = velocity_[i].stored();
    std::ranges::transform(b, u, b.begin(), [mu](real old, real g) { return flush_tiny(mu * old + g); });
    std::ranges::transform(u, b, u.begin(), [&](real g, real now) { return options_.nesterov ? g + mu * now : now; });
  }
  std::ranges::transform(theta, u, theta.begin(), [lr](real value, real change) { return value - lr * change; });
  ++i;
});
