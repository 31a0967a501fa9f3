const real lr = static_cast<real>(options_.lr), mu = static_cast<real>(options_.momentum);
const real decay = static_cast<real>(options_.weight_decay);
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  auto theta = parameters_[i].value->stored();
  auto grad = parameters_[i].grad->stored();
  for (std::size_t k = 0; k < theta.size(); ++k) {
    real change = grad[k];
    change += decay * theta[k];
    if (!velocity_.empty()) {
      real& b = velocity_[i].stored()[k];
      b *= mu;
      b += change;
      b = flush_tiny(b);
      if (options_.nesterov) {
        change += mu * b;
      } else {
        change = b;
      }
    }
    change *= lr;
    theta[k] -= change;
  }
}
