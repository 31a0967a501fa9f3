#include "bnlab/lab/gradcheck.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bnlab/lab/consistency.hpp"
#include "bnlab/lab/direction.hpp"
#include "bnlab/lab/finite_difference.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {
namespace {

// The entries of a tensor to compare: all, or a random sample with the last one in it, as edges are easily forgotten.
std::vector<std::size_t> sampled_entries(const Parameter& tensor, const GradcheckOptions& options) {
  const std::size_t all = tensor.value->size();
  std::vector<std::size_t> entries(all);
  std::iota(entries.begin(), entries.end(), std::size_t{0});
  Random(options.seed, "entries of " + tensor.name).shuffle(entries);
  entries.resize(std::min(all, options.entries));
  if (entries.size() > 1 && entries.size() < all) entries.back() = all - 1;
  return entries;
}

// Compares the two gradients of one of f's tensors.
class TensorCheck {
 public:
  TensorCheck(LossFunction& f, const Parameter& tensor, const GradcheckOptions& options)
      : f_(f), tensor_(tensor), analytic_(*tensor.grad), options_(options) {
    check_.tensor = tensor.name;
  }

  GradientCheck run() {
    for (const std::size_t e : sampled_entries(tensor_, options_)) compare_entry(e);
    check_.numerical_norm = std::sqrt(numerical_square_);
    check_.error = std::sqrt(difference_square_) / check_.numerical_norm;
    Random random(options_.seed, "directions of " + tensor_.name);
    for (int d = 0; d < options_.directions; ++d) compare_direction(random);
    return check_;
  }

 private:
  void compare_entry(std::size_t e) {
    const Direction direction = direction_of(*tensor_.value, {e}, options_.step);
    const Slopes slopes = slopes_along(f_, tensor_, analytic_, direction, options_.points);
    if (!slopes.numerical) {
      ++check_.at_kink;
      return;
    }
    ++check_.entries;
    if (slopes.moved) ++check_.moved_off_kink;
    const double step = static_cast<double>(direction.steps[0]);
    const double analytic = slopes.analytic / step;
    const double numerical = *slopes.numerical / step;
    const double difference = std::abs(analytic - numerical);
    difference_square_ += difference * difference;
    numerical_square_ += numerical * numerical;
    if (difference > worst_ || std::isnan(difference)) {
      worst_ = difference;
      describe(e, analytic, numerical);
    }
  }

  void describe(std::size_t e, double analytic, double numerical) {
    const std::size_t i = e / tensor_.value->cols();
    const std::size_t j = e % tensor_.value->cols();
    check_.where = tensor_.value->rank() == 1 ? format("(%zu)", j) : format("(%zu, %zu)", i, j);
    check_.analytic = analytic;
    check_.numerical = numerical;
    check_.values = format("backward %.9g, measured %.9g", analytic, numerical);
  }

  void compare_direction(Random& random) {
    std::vector<std::size_t> all(tensor_.value->size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const Slopes slopes = slopes_along(f_, tensor_, analytic_,
                                       random_direction(*tensor_.value, all, options_.step, random), options_.points);
    if (!slopes.numerical) {
      ++check_.at_kink;
      return;
    }
    const double error = std::abs(slopes.analytic - *slopes.numerical) / slopes.size;
    if (error <= check_.direction_error || std::isnan(check_.direction_error)) return;
    check_.direction_error = error;  // the larger one, or NaN
    if (error > kSearched && check_.error <= kSearched) search(all, random);
  }

  // Which entry is wrong? Halves the entries, and goes on with the half along which the error is larger.
  void search(std::vector<std::size_t> entries, Random& random) {
    while (entries.size() > 1) {
      const auto middle = entries.begin() + static_cast<std::ptrdiff_t>(entries.size() / 2);
      const std::vector<std::size_t> first(entries.begin(), middle);
      const std::vector<std::size_t> second(middle, entries.end());
      entries = error_along(first, random) >= error_along(second, random) ? first : second;
    }
    compare_entry(entries[0]);
  }

  double error_along(const std::vector<std::size_t>& entries, Random& random) {
    const Direction direction = random_direction(*tensor_.value, entries, options_.step, random);
    const Slopes slopes = slopes_along(f_, tensor_, analytic_, direction, options_.points);
    // Not divided by its size: the steps of few entries are longer than those of many.
    const double root = std::sqrt(static_cast<double>(entries.size()));
    return slopes.numerical ? std::abs(slopes.analytic - *slopes.numerical) * root : 0;
  }

  static constexpr double kSearched = 1e-7;  // the error from which on a wrong entry is searched for

  LossFunction& f_;
  const Parameter tensor_;
  const Tensor analytic_;
  const GradcheckOptions& options_;
  GradientCheck check_;
  double difference_square_ = 0;
  double numerical_square_ = 0;
  double worst_ = -1;
};

// Where both gradients must vanish a relative error has no meaning: they are compared with all gradients, whose norm is
// `all`.
void judge_as_zero(GradientCheck& check, const Tensor& gradient, double all) {
  check.analytically_zero = true;
  check.error = (norm_of(gradient) + check.numerical_norm) / all;
  check.direction_error = 0;  // it is relative, and 0 / 0; the entries of a bias are few
}

// Whether the tensor is the bias of a Linear before a training BatchNorm: it shifts a whole column, and BN.1 subtracts
// the shift again.
bool is_analytically_zero(const std::string& tensor, const Network& network, Mode mode) {
  const std::vector<Network::Named>& layers = network.layers();
  for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
    const bool linear = dynamic_cast<const Linear*>(layers[i].layer.get()) != nullptr;
    const bool before_norm = dynamic_cast<const BatchNorm*>(layers[i + 1].layer.get()) != nullptr;
    if (mode == Mode::train && linear && before_norm && tensor == layers[i].name + ".bias") return true;
  }
  return false;
}

}  // namespace

bool GradientCheck::good(double bound) const {
  const double allowed = analytically_zero ? 1e-9 : bound;
  const bool compared = entries > 0 && at_kink == 0 && !vacuous;
  return compared && inconsistency.empty() && error <= allowed && direction_error <= allowed;  // false for NaN
}

std::vector<GradientCheck> check_gradients(const Network& network, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options) {
  LossFunction f = {.network = network,
                    .x = x,
                    .dx = {},
                    .labels = labels,
                    .mode = mode,
                    .random = Random(options.seed, "upstream gradient")};
  for (const auto& [name, layer] : f.network.layers()) layer->skip_input_gradient(false);  // a first layer's, too
  f.backward();
  const std::vector<Parameter> tensors = f.tensors();
  std::vector<std::string> inconsistencies(tensors.size());
  if (options.consistency) inconsistencies = inconsistencies_of(f);
  double all = 0;
  for (const Parameter& t : tensors) all = std::hypot(all, norm_of(*t.grad));

  std::vector<GradientCheck> checks;
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    LossFunction own = f;
    GradientCheck check = TensorCheck(own, own.tensors()[t], options).run();
    if (is_analytically_zero(check.tensor, network, mode)) {
      judge_as_zero(check, *tensors[t].grad, all);
    } else {
      check.vacuous = check.numerical_norm <= 1e-12 * (1 + all);
    }
    check.inconsistency = inconsistencies[t];
    checks.push_back(check);
  }
  return checks;
}

}  // namespace bnlab
