#include "bnlab/lab/finite_difference.hpp"

#include <cmath>

namespace bnlab {

std::optional<double> central_difference(const LossFunction& f, const std::function<void(double s)>& move_to, double h,
                                         int points) {
  const std::vector<bool> active = f.evaluate().active;
  bool kink = false;
  const auto at = [&](double s) {  // L(s)
    move_to(s);
    const LossAt there = f.evaluate();
    if (there.active != active) kink = true;
    return there.loss;
  };
  const double inner = at(h) - at(-h);
  double result = inner / (2 * h);  // GC.1
  if (points != 3) {
    const double outer = at(2 * h) - at(-2 * h);
    result = (8 * inner - outer) / (12 * h);  // GC.2
  }
  move_to(0);
  if (kink) return std::nullopt;
  return result;
}

double scale_of(const Tensor& t, std::size_t j) {
  const bool vector = t.rank() == 1;
  const std::size_t count = vector ? t.cols() : t.rows();
  const auto value = [&](std::size_t k) { return static_cast<double>(vector ? t(k) : t(k, j)); };
  double mean = 0;
  for (std::size_t k = 0; k < count; ++k) mean += value(k) / static_cast<double>(count);
  double square = 0;
  for (std::size_t k = 0; k < count; ++k) square += (value(k) - mean) * (value(k) - mean);
  if (square > 0) return std::sqrt(square / static_cast<double>(count));
  const double norm = norm_of(t);
  return norm > 0 ? norm / std::sqrt(static_cast<double>(t.size())) : 1;
}

double norm_of(const Tensor& t) {
  double sum = 0;
  for (const real v : t.stored()) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum);
}

}  // namespace bnlab
