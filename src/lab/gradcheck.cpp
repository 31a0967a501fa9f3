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

class Function {
 public:
  Function(std::span<const std::uint8_t> labels, Mode mode, Random random)
      : labels_(labels), mode_(mode), random_(random) {}

  Probe probe(Network network, const Tensor& x) const {  // a copy of the network: no state is moved
    Probe result;
    const Tensor* y = &x;
    for (const auto& [name, layer] : network.layers()) {
      y = &layer->forward(*y, mode_);
      if (dynamic_cast<const ReLU*>(layer.get()) == nullptr) continue;
      for (const real value : y->stored()) result.open.push_back(value > 0);
    }
    if (!labels_.empty()) {
      result.loss = SoftmaxCrossEntropy().forward(*y, labels_);
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
    const Tensor& y = network.forward(x, mode_);
    if (labels_.empty()) return network.backward(upstream(y), mode_);
    SoftmaxCrossEntropy criterion;
    criterion.forward(y, labels_);
    return network.backward(criterion.backward(), mode_);
  }

 private:
  Tensor upstream(const Tensor& y) const {
    Random random = random_;
    Tensor r = Tensor::zeros_like(y);
    for (real& value : r.stored()) value = static_cast<real>(random.uniform(-1, 1));
    return r;
  }

  std::span<const std::uint8_t> labels_;
  Mode mode_;
  Random random_;
};

// Compares `gradient` with what moving the entries of `value` does to L; value() gives the tensor in a copy.
template <class Measure>
GradientCheck compare(const std::string& name, const Tensor& value, const Tensor& gradient,
                      const GradcheckOptions& options, Measure measure) {
  GradientCheck check;
  check.tensor = name;
  double square = 0;
  for (const real v : value.stored()) square += static_cast<double>(v) * static_cast<double>(v);
  const double size = std::sqrt(square / static_cast<double>(value.size()));
  const double h = options.step * (size > 0 ? size : 1);

  std::vector<std::size_t> entries(value.size());
  std::iota(entries.begin(), entries.end(), std::size_t{0});
  Random(options.seed, "entries of " + name).shuffle(entries);
  entries.resize(std::min(entries.size(), options.entries));

  double difference = 0, measured_square = 0, worst = -1;
  for (const std::size_t entry : entries) {
    const std::size_t i = entry / value.cols(), j = entry % value.cols();
    const real here = value(i, j), up = here + static_cast<real>(h), down = here - static_cast<real>(h);
    const Probe above = measure(i, j, up), below = measure(i, j, down);
    if (above.open != below.open) {
      ++check.kinks;
      continue;
    }
    ++check.entries;
    // up - down, not 2h: what was really moved, after rounding
    const double measured = (above.loss - below.loss) / static_cast<double>(up - down);  // GC.1
    const double claimed = static_cast<double>(gradient(i, j));
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

double norm(const Tensor& t) {
  double square = 0;
  for (const real v : t.stored()) square += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(square);
}

// The bias of a Linear before a training BatchNorm: it shifts a whole column, and BN.1 takes the shift away again.
std::vector<std::string> biases_without_effect(const Network& network, Mode mode) {
  std::vector<std::string> names;
  const auto& layers = network.layers();
  for (std::size_t i = 0; mode == Mode::train && i + 1 < layers.size(); ++i) {
    if (dynamic_cast<const Linear*>(layers[i].layer.get()) != nullptr &&
        dynamic_cast<const BatchNorm*>(layers[i + 1].layer.get()) != nullptr) {
      names.push_back(layers[i].name + ".bias");
    }
  }
  return names;
}

}  // namespace

bool GradientCheck::good(double bound) const {
  const bool vacuous = entries == 0 || (!zero_by_law && !(measured_norm > 1e-12));
  return !vacuous && error <= (zero_by_law ? 1e-9 : bound);  // false for NaN
}

std::vector<GradientCheck> check_gradients(const Network& original, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options) {
  const Function f(labels, mode, Random(options.seed, "upstream gradient"));
  Network claims = original;
  for (const auto& [name, layer] : claims.layers()) layer->skip_input_gradient(false);
  const Tensor dx = f.backward(claims, x);

  std::vector<GradientCheck> checks;
  const std::vector<Parameter> parameters = claims.parameters();
  double all = norm(dx) * norm(dx);
  for (const Parameter& p : parameters) all += norm(*p.grad) * norm(*p.grad);
  const std::vector<std::string> without_effect = biases_without_effect(original, mode);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const Tensor& grad = *parameters[p].grad;
    GradientCheck check =
        compare(parameters[p].name, *parameters[p].value, grad, options, [&](std::size_t i, std::size_t j, real moved) {
          Network copy = original;
          (*copy.parameters()[p].value)(i, j) = moved;
          return f.probe(std::move(copy), x);
        });
    if (std::find(without_effect.begin(), without_effect.end(), check.tensor) != without_effect.end()) {
      check.zero_by_law = true;
      check.error = (norm(grad) + check.measured_norm) / std::sqrt(all);
    }
    checks.push_back(check);
  }
  checks.push_back(compare("input", x, dx, options, [&](std::size_t i, std::size_t j, real moved) {
    Tensor copy = x;
    copy(i, j) = moved;
    return f.probe(original, copy);
  }));
  return checks;
}

}  // namespace bnlab
