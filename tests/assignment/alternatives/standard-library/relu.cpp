#include <algorithm>
#include <cmath>

struct ReluFunction {
  static constexpr const char* name = "ReLU";
  static real forward(real x) { return std::max<real>(0, x); }
  static real backward(real dy, real /*x*/, real y) { return std::isgreater(y, real{0}) ? dy : real{0}; }
};
