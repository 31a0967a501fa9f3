struct ReluFunction {
  static constexpr const char* name = "ReLU";
  static real forward(real x) { return static_cast<double>(x) < 0.0 ? static_cast<real>(0.0) : x; }
  static real backward(real dy, real /*x*/, real y) {
    return static_cast<double>(y) > 0.0 ? dy : static_cast<real>(0.0);
  }
};
