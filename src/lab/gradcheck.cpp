#include "bnlab/lab/gradcheck.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bnlab/nn/activation.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/nn/loss.hpp"

namespace bnlab {
namespace {

// L, and which entries every ReLU let through on the way.
struct Probe {
  double loss = 0;
  std::vector<bool> open;
};

struct Function {
  std::span<const std::uint8_t> labels;
  Mode mode;
  Random random;  // of the upstream gradient, where there are no labels

  Probe probe(Network network, const Tensor& x) const {  // a copy of the network: no state is moved
    Probe result;
    const Tensor* y = &x;
    for (const auto& [name, layer] : network.layers()) {
      y = &layer->forward(*y, mode);
      if (dynamic_cast<const ReLU*>(layer.get()) == nullptr) continue;
      for (const real value : y->stored()) result.open.push_back(value > 0);
    }
    if (!labels.empty()) {
      result.loss = SoftmaxCrossEntropy().forward(*y, labels);
      return result;
    }
    const Tensor r = upstream(*y);
    for (std::size_t i = 0; i < y->size(); ++i) {
      result.loss += static_cast<double>(r.stored()[i]) * static_cast<double>(y->stored()[i]);
    }
    return result;
  }

  // Runs forward and backward: every gradient is left in the network, the input's is returned.
  Tensor backward(Network& network, const Tensor& x) const {
    const Tensor& y = network.forward(x, mode);
    if (labels.empty()) return network.backward(upstream(y), mode);
    SoftmaxCrossEntropy criterion;
    criterion.forward(y, labels);
    return network.backward(criterion.backward(), mode);
  }

  Tensor upstream(const Tensor& y) const {
    Random same = random;
    Tensor r = Tensor::zeros_like(y);
    for (real& value : r.stored()) value = static_cast<real>(same.uniform(-1, 1));
    return r;
  }
};

double sum_of_squares(const Tensor& t) {
  double sum = 0;
  for (const real v : t.stored()) sum += static_cast<double>(v) * static_cast<double>(v);
  return sum;
}

// Compares the gradient that is claimed for `tensor` with what moving the tensor's entries does to L, which `measure`
// tells. Leaves every entry as it was.
template <class Measure>
GradientCheck compare(const Parameter& tensor, const GradcheckOptions& options, Measure measure) {
  GradientCheck check;
  check.tensor = tensor.name;
  Tensor& value = *tensor.value;
  const double size = std::sqrt(sum_of_squares(value) / static_cast<double>(value.size()));
  const double h = options.step * (size > 0 ? size : 1);

  std::vector<std::size_t> entries(value.size());
  std::iota(entries.begin(), entries.end(), std::size_t{0});
  Random(options.seed, "entries of " + tensor.name).shuffle(entries);
  entries.resize(std::min(entries.size(), options.entries));

  double difference = 0, measured_square = 0, worst = -1;
  for (const std::size_t entry : entries) {
    const std::size_t i = entry / value.cols(), j = entry % value.cols();
    const real here = value(i, j), up = here + static_cast<real>(h), down = here - static_cast<real>(h);
    value(i, j) = up;
    const Probe above = measure();
    value(i, j) = down;
    const Probe below = measure();
    value(i, j) = here;
    if (above.open != below.open) {
      ++check.kinks;
      continue;
    }
    ++check.entries;
    // up - down, not 2h: what was really moved, after rounding
    const double measured = (above.loss - below.loss) / static_cast<double>(up - down);  // GC.1
    const double claimed = static_cast<double>((*tensor.grad)(i, j));
    const double gap = std::abs(claimed - measured);
    difference += gap * gap;
    measured_square += measured * measured;
    if (gap > worst || std::isnan(gap)) {
      worst = gap;
      check.worst = format("(%zu, %zu): backward %.9g, measured %.9g", i, j, claimed, measured);
    }
  }
  check.measured_norm = std::sqrt(measured_square);
  check.error = std::sqrt(difference) / check.measured_norm;
  return check;
}

// Whether it is the bias of a Linear before a training BatchNorm: it shifts a whole column, and BN.1 takes the shift
// away again.
bool is_without_effect(const std::string& tensor, const Network& network, Mode mode) {
  const auto& layers = network.layers();
  for (std::size_t i = 0; mode == Mode::train && i + 1 < layers.size(); ++i) {
    if (tensor == layers[i].name + ".bias" && dynamic_cast<const Linear*>(layers[i].layer.get()) != nullptr) {
      return dynamic_cast<const BatchNorm*>(layers[i + 1].layer.get()) != nullptr;
    }
  }
  return false;
}

}  // namespace

bool GradientCheck::good(double bound) const {
  const bool vacuous = entries == 0 || (!zero_by_law && !(measured_norm > 1e-12));
  return !vacuous && error <= (zero_by_law ? 1e-9 : bound);  // false for NaN
}

std::vector<GradientCheck> check_gradients(const Network& original, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options) {
  const Function f{labels, mode, Random(options.seed, "upstream gradient")};
  Network claims = original, moved = original;
  Tensor moved_x = x;
  for (const auto& [name, layer] : claims.layers()) layer->skip_input_gradient(false);
  Tensor dx = f.backward(claims, x);

  // Each tensor whose entries are moved, with the gradient that is claimed for it.
  std::vector<Parameter> tensors = moved.parameters();
  for (std::size_t p = 0; p < tensors.size(); ++p) tensors[p].grad = claims.parameters()[p].grad;
  tensors.push_back({"input", &moved_x, &dx});
  double all = 0;
  for (const Parameter& t : tensors) all += sum_of_squares(*t.grad);

  std::vector<GradientCheck> checks;
  for (const Parameter& t : tensors) {
    GradientCheck check = compare(t, options, [&] { return f.probe(moved, moved_x); });
    check.zero_by_law = is_without_effect(t.name, original, mode);
    if (check.zero_by_law) check.error = (std::sqrt(sum_of_squares(*t.grad)) + check.measured_norm) / std::sqrt(all);
    checks.push_back(check);
  }
  return checks;
}

}  // namespace bnlab
