#include "bnlab/lab/gradcheck.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

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

// Both gradients of one entry.
struct EntryGradients {
  double analytic = 0;
  std::optional<double> numerical;  // none: kinks wherever the entry was moved
  bool moved = false;
};

EntryGradients gradients_of_entry(LossFunction& f, const Parameter& tensor, const Tensor& analytic, std::size_t i,
                                  std::size_t j, const GradcheckOptions& options) {
  real& theta = (*tensor.value)(i, j);
  const real here = theta;
  const double h = options.step * scale_of(*tensor.value, j);
  const auto rounded = [&](double shift) { return here + static_cast<real>(shift) - here; };  // as θ can represent it
  EntryGradients entry;
  entry.analytic = static_cast<double>(analytic(i, j));
  entry.numerical = central_difference(f, theta, rounded(h), options.points);
  // Where there is a kink: 5 steps up, 10 down, 15 up, …; half the step each time.
  for (int tries = 1; tries <= 10 && !entry.numerical; ++tries) {
    const int direction = tries % 2 == 1 ? 5 : -5;
    theta = here + rounded(direction * tries * h);
    entry.numerical = central_difference(f, theta, rounded(std::ldexp(h, -tries)), options.points);
    f.backward();
    entry.analytic = static_cast<double>((*tensor.grad)(i, j));
  }
  entry.moved = theta != here;
  theta = here;
  return entry;
}

// Compares the two gradients of one of the tensors.
GradientCheck check_tensor(LossFunction f, std::size_t number, const GradcheckOptions& options) {
  const Parameter tensor = f.tensors()[number];
  const Tensor analytic = *tensor.grad;
  const std::size_t cols = tensor.value->cols();
  GradientCheck check;
  check.tensor = tensor.name;
  double difference_square = 0;
  double numerical_square = 0;
  double worst = -1;
  for (const std::size_t e : sampled_entries(tensor, options)) {
    const std::size_t i = e / cols;
    const std::size_t j = e % cols;
    const EntryGradients entry = gradients_of_entry(f, tensor, analytic, i, j, options);
    if (!entry.numerical) {
      ++check.at_kink;
      continue;
    }
    ++check.entries;
    if (entry.moved) ++check.moved_off_kink;
    const double difference = std::abs(entry.analytic - *entry.numerical);
    difference_square += difference * difference;
    numerical_square += *entry.numerical * *entry.numerical;
    if (difference > worst || std::isnan(difference)) {
      worst = difference;
      check.where = tensor.value->rank() == 1 ? format("(%zu)", j) : format("(%zu, %zu)", i, j);
      check.analytic = entry.analytic;
      check.numerical = *entry.numerical;
      check.values = format("backward %.9g, measured %.9g", check.analytic, check.numerical);
    }
  }
  check.numerical_norm = std::sqrt(numerical_square);
  check.error = std::sqrt(difference_square) / check.numerical_norm;
  return check;
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
  return entries > 0 && at_kink == 0 && !vacuous && error <= allowed;  // false for NaN
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
  double all = 0;
  for (const Parameter& t : tensors) all = std::hypot(all, norm_of(*t.grad));

  std::vector<GradientCheck> checks;
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    GradientCheck check = check_tensor(f, t, options);
    if (is_analytically_zero(check.tensor, network, mode)) {
      check.analytically_zero = true;
      check.error = (norm_of(*tensors[t].grad) + check.numerical_norm) / all;
    } else {
      check.vacuous = check.numerical_norm <= 1e-12 * (1 + all);
    }
    checks.push_back(check);
  }
  return checks;
}

}  // namespace bnlab
