#include "bnlab/lab/gradcheck.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

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

// L as a function of all that the network holds and of its input.
struct Function {
  Network network;
  Tensor x, dx;
  std::span<const std::uint8_t> labels;
  Mode mode;
  Random random;  // of the upstream gradient where there are no labels

  // What L depends on, each with room for its gradient: the parameters and, last, the input.
  std::vector<Parameter> tensors() {
    std::vector<Parameter> all = network.parameters();
    all.push_back({"input", &x, &dx});
    return all;
  }

  Probe probe() const {
    Network copy = network;  // so that no state is moved
    std::vector<bool> open;
    const Tensor* y = &x;
    for (const auto& [name, layer] : copy.layers()) {
      y = &layer->forward(*y, mode);
      if (!layer->has_kink()) continue;
      for (const real value : y->stored()) open.push_back(value > 0);
    }
    return {loss(*y).first, open};
  }

  // Leaves the gradient that backward claims for each of the tensors.
  void backward() {
    Network copy = network;
    for (const Parameter& p : copy.parameters()) {  // NaN shows what is not overwritten
      Tensor& grad = *p.grad;
      for (std::size_t e = 0; e < grad.size(); ++e) grad(e / grad.cols(), e % grad.cols()) = static_cast<real>(NAN);
    }
    dx = copy.backward(loss(copy.forward(x, mode)).second, mode);
    const std::vector<Parameter> from = copy.parameters(), to = network.parameters();
    for (std::size_t p = 0; p < to.size(); ++p) *to[p].grad = *from[p].grad;
  }

  // L where the network's output is y, and its gradient there: where a backward pass begins.
  std::pair<double, Tensor> loss(const Tensor& y) const {
    if (!labels.empty()) {
      SoftmaxCrossEntropy criterion;
      const double mean = criterion.forward(y, labels);
      return {mean, criterion.backward()};
    }
    Random same = random;
    Tensor r = Tensor::zeros_like(y);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      r.stored()[i] = static_cast<real>(same.uniform(-1, 1));
      sum += static_cast<double>(r.stored()[i]) * static_cast<double>(y.stored()[i]);
    }
    return {sum, r};
  }
};

double norm(const Tensor& t) {
  double sum = 0;
  for (const real v : t.stored()) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum);
}

// The deviation of the numbers beside entry (i, j): its column's, or all of a vector's. Where they are all the same, the
// size of the tensor's entries.
double scale_of(const Tensor& t, std::size_t j) {
  const bool vector = t.rank() == 1;
  const std::size_t count = vector ? t.cols() : t.rows();
  const auto value = [&](std::size_t k) { return static_cast<double>(vector ? t(k) : t(k, j)); };
  double mean = 0, square = 0;
  for (std::size_t k = 0; k < count; ++k) mean += value(k) / static_cast<double>(count);
  for (std::size_t k = 0; k < count; ++k) square += (value(k) - mean) * (value(k) - mean);
  if (square > 0) return std::sqrt(square / static_cast<double>(count));
  return norm(t) > 0 ? norm(t) / std::sqrt(static_cast<double>(t.size())) : 1;
}

// The slope of L where θ stands, which is left as it was; none where a ReLU opens or shuts between the points.
std::optional<double> slope(const Function& f, real& theta, real h, int points) {
  const real here = theta;
  const std::vector<bool> open = f.probe().open;
  bool kink = false;
  const auto at = [&](real shift) {  // L there
    theta = here + shift;
    const Probe there = f.probe();
    theta = here;
    kink |= there.open != open;
    return there.loss;
  };
  const double width = static_cast<double>(h), inner = at(h) - at(-h);
  const double result = points == 3 ? inner / (2 * width)                                     // GC.1
                                    : (8 * inner - (at(2 * h) - at(-2 * h))) / (12 * width);  // GC.2
  return kink ? std::nullopt : std::optional(result);
}

// Compares the gradient that is claimed for one of the tensors with what moving its entries does to L.
GradientCheck check_tensor(Function f, std::size_t number, const GradcheckOptions& options) {
  const Parameter tensor = f.tensors()[number];
  Tensor& value = *tensor.value;
  const Tensor claims = *tensor.grad;
  GradientCheck check;
  check.tensor = tensor.name;

  std::vector<std::size_t> entries(value.size());
  std::iota(entries.begin(), entries.end(), std::size_t{0});
  Random(options.seed, "entries of " + tensor.name).shuffle(entries);
  entries.resize(std::min(entries.size(), options.entries));
  if (entries.size() > 1 && entries.size() < value.size())
    entries.back() = value.size() - 1;  // edges are easily forgotten

  double difference = 0, measured_square = 0, worst = -1;
  for (const std::size_t entry : entries) {
    const std::size_t i = entry / value.cols(), j = entry % value.cols();
    real& theta = value(i, j);
    const real here = theta;
    const double h = options.step * scale_of(value, j);
    const auto rounded = [&](double shift) { return here + static_cast<real>(shift) - here; };  // as it arrives there
    double claimed = static_cast<double>(claims(i, j));
    std::optional<double> measured = slope(f, theta, rounded(h), options.points);
    for (int tries = 1; tries <= 10 && !measured; ++tries) {  // 5 steps up, 10 down, 15 up, …; half the step each time
      theta = here + rounded((tries % 2 == 1 ? 5 : -5) * tries * h);
      measured = slope(f, theta, rounded(std::ldexp(h, -tries)), options.points);
      f.backward();
      claimed = static_cast<double>((*tensor.grad)(i, j));
    }
    check.moved += measured && theta != here;
    theta = here;
    if (!measured) {
      ++check.stuck;
      continue;
    }
    ++check.entries;
    const double gap = std::abs(claimed - *measured);
    difference += gap * gap;
    measured_square += *measured * *measured;
    if (gap > worst || std::isnan(gap)) {
      worst = gap;
      check.where = value.rank() == 1 ? format("(%zu)", j) : format("(%zu, %zu)", i, j);
      check.claimed = claimed;
      check.measured = *measured;
      check.values = format("backward %.9g, measured %.9g", claimed, *measured);
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
  return entries > 0 && stuck == 0 && !vacuous && error <= (zero_by_law ? 1e-9 : bound);  // false for NaN
}

std::vector<GradientCheck> check_gradients(const Network& network, const Tensor& x,
                                           std::span<const std::uint8_t> labels, Mode mode,
                                           const GradcheckOptions& options) {
  Function f{network, x, {}, labels, mode, Random(options.seed, "upstream gradient")};
  for (const auto& [name, layer] : f.network.layers()) layer->skip_input_gradient(false);  // a first layer's, too
  f.backward();
  const std::vector<Parameter> tensors = f.tensors();
  double all = 0;
  for (const Parameter& t : tensors) all = std::hypot(all, norm(*t.grad));

  std::vector<GradientCheck> checks;
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    GradientCheck check = check_tensor(f, t, options);
    check.zero_by_law = is_without_effect(check.tensor, network, mode);
    if (check.zero_by_law) check.error = (norm(*tensors[t].grad) + check.measured_norm) / all;
    check.vacuous = !check.zero_by_law && check.measured_norm <= 1e-12 * (1 + all);
    checks.push_back(check);
  }
  return checks;
}

}  // namespace bnlab
