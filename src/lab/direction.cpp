#include "bnlab/lab/direction.hpp"

#include <cmath>

#include "bnlab/lab/finite_difference.hpp"

namespace bnlab {
namespace {

real& entry_of(Tensor& t, std::size_t e) { return t(e / t.cols(), e % t.cols()); }
real entry_of(const Tensor& t, std::size_t e) { return t(e / t.cols(), e % t.cols()); }

// The scale of each column that one of the entries is in.
std::vector<double> scales_of_columns(const Tensor& t, const std::vector<std::size_t>& entries) {
  std::vector<double> scales(t.cols());
  for (const std::size_t e : entries) {
    double& scale = scales[e % t.cols()];
    if (scale == 0) scale = scale_of(t, e % t.cols());
  }
  return scales;
}

// Moves a tensor along a direction and back.
class Mover {
 public:
  Mover(Tensor& tensor, const Direction& direction) : tensor_(tensor), direction_(direction) {
    for (const std::size_t e : direction.entries) start_.push_back(entry_of(tensor, e));
  }
  void to(double s) {
    for (std::size_t k = 0; k < start_.size(); ++k) {
      entry_of(tensor_, direction_.entries[k]) = start_[k] + static_cast<real>(s) * direction_.steps[k];
    }
  }

 private:
  Tensor& tensor_;
  const Direction& direction_;
  std::vector<real> start_;
};

// The right side of GC.3, and its terms' root of the sum of squares.
void add_up(const Tensor& gradient, const Direction& direction, Slopes& slopes) {
  double sum = 0;
  double squares = 0;
  for (std::size_t k = 0; k < direction.entries.size(); ++k) {
    const double slope = static_cast<double>(entry_of(gradient, direction.entries[k]));
    const double term = slope * static_cast<double>(direction.steps[k]);
    sum += term;
    squares += term * term;
  }
  slopes.analytic = sum;
  slopes.size = std::sqrt(squares);
}

}  // namespace

Direction direction_of(const Tensor& t, const std::vector<std::size_t>& entries, double step) {
  const std::vector<double> scales = scales_of_columns(t, entries);
  const double share = step / std::sqrt(static_cast<double>(entries.size()));
  Direction direction = {.entries = entries, .steps = {}};
  for (const std::size_t e : entries) {
    const real here = entry_of(t, e);
    const real there = here + static_cast<real>(share * scales[e % t.cols()]);
    direction.steps.push_back(there - here);  // as the entry can represent it
  }
  return direction;
}

Direction random_direction(const Tensor& t, const std::vector<std::size_t>& entries, double step, Random& random) {
  Direction direction = direction_of(t, entries, step);
  for (real& s : direction.steps) {
    if (random.uniform() < 0.5) s = -s;
  }
  return direction;
}

Slopes slopes_along(LossFunction& f, const Parameter& tensor, const Tensor& analytic, const Direction& direction,
                    int points) {
  Mover mover(*tensor.value, direction);
  Slopes slopes;
  add_up(analytic, direction, slopes);
  double aside = 0;
  const auto move_to = [&](double s) { mover.to(aside + s); };
  slopes.numerical = central_difference(f, move_to, 1, points);
  // Where there is a kink: 5 steps up, 10 down, 15 up, …; half the step each time.
  for (int tries = 1; tries <= 10 && !slopes.numerical; ++tries) {
    aside = tries % 2 == 1 ? 5 * tries : -5 * tries;
    move_to(0);
    slopes.numerical = central_difference(f, move_to, std::ldexp(1, -tries), points);
    f.backward();
    add_up(*tensor.grad, direction, slopes);
  }
  slopes.moved = aside != 0;
  mover.to(0);
  return slopes;
}

}  // namespace bnlab
