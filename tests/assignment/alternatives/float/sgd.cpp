const real lr = static_cast<real>(options_.lr), mu = static_cast<real>(options_.momentum);
const real decay = static_cast<real>(options_.weight_decay);
for (std::size_t i = 0; i < parameters_.size(); ++i) {
  Tensor &theta = *parameters_[i].value, &grad = *parameters_[i].grad;
  for (std::size_t r = 0; r < theta.rows(); ++r) {
    for (std::size_t c = 0; c < theta.cols(); ++c) {
      const real g = grad(r, c) + decay * theta(r, c);
      if (mu == 0) {
        theta(r, c) -= lr * g;
        continue;
      }
      real& b = velocity_[i](r, c);
      b = mu * b + g;
      if (options_.nesterov) {
        theta(r, c) -= lr * (g + mu * b);
      } else {
        theta(r, c) -= lr * b;
      }
    }
  }
}
