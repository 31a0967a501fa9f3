#include <cmath>

struct ReluFunction {
  static constexpr const char* name = "ReLU";
  static real forward(real x) { return std::fmax(x, real{0}); }
  static real backward(real dy, real /*x*/, real y) { return y == 0 ? real{0} : dy; }
};
