const real lr = static_cast<real>(options_.lr), mu = static_cast<real>(options_.momentum);
const real decay = static_cast<real>(options_.weight_decay);
const bool heavy = options_.momentum > 0, nesterov = options_.nesterov;
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  real* theta = parameters_[i].value->stored().data();
  const real* grad = parameters_[i].grad->stored().data();
  real* b = heavy ? velocity_[i].stored().data() : nullptr;
  for_entries(*parameters_[i].value, [=](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const real g = grad[k] + decay * theta[k];
      const real kept = heavy ? b[k] = flush_tiny(g + mu * b[k]) : g;
      theta[k] -= nesterov ? lr * mu * kept + lr * g : lr * kept;
    }
  });
}
