for (std::size_t i = 0; i < parameters_.size(); ++i) {
  Tensor& value = *parameters_[i].value;
  for (std::size_t r = 0; r < value.rows(); ++r) {
    for (std::size_t c = 0; c < value.cols(); ++c) {
      const double theta = static_cast<double>(value(r, c));
      const double g = static_cast<double>((*parameters_[i].grad)(r, c)) + options_.weight_decay * theta;
      if (velocity_.empty()) {
        value(r, c) = static_cast<real>(theta - options_.lr * g);
      } else {
        const double b = options_.momentum * static_cast<double>(velocity_[i](r, c)) + g;
        velocity_[i](r, c) = flush_tiny(static_cast<real>(b));
        const double u = options_.nesterov ? g + options_.momentum * b : b;
        value(r, c) = static_cast<real>(theta - options_.lr * u);
      }
    }
  }
}
