for (std::size_t i = 0; i < parameters_.size(); ++i) {
  Tensor& theta = *parameters_[i].value;
  const Tensor& grad = *parameters_[i].grad;
  for (std::size_t r = 0; r < theta.rows(); ++r) {
    for (std::size_t c = 0; c < theta.cols(); ++c) {
      // SGD.1
      const double g = static_cast<double>(grad(r, c)) + options_.weight_decay * static_cast<double>(theta(r, c));
      double u = g;
      if (options_.momentum != 0) {
        // SGD.2
        const double b = options_.momentum * static_cast<double>(velocity_[i](r, c)) + g;
        velocity_[i](r, c) = static_cast<real>(b);
        // SGD.3
        if (options_.nesterov) {
          u = g + options_.momentum * b;
        } else {
          u = b;
        }
      }
      // SGD.4
      theta(r, c) = static_cast<real>(static_cast<double>(theta(r, c)) - options_.lr * u);
    }
  }
}
