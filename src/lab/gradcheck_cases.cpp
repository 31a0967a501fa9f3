#include "bnlab/lab/gradcheck_cases.hpp"

#include <cmath>
#include <numeric>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/kinds.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {
namespace {

// Every parameter and running statistic away from where it starts.
void perturb(Network& network, std::uint64_t seed) {
  Random random(seed, "gradcheck parameters");
  const auto away = [&] { return static_cast<real>(random.uniform(0.2, 0.6) * (random.uniform() < 0.5 ? -1 : 1)); };
  for (const Parameter& p : network.parameters()) {
    const std::size_t cols = p.value->cols();
    for (std::size_t e = 0; e < p.value->size(); ++e) (*p.value)(e / cols, e % cols) += away();
  }
  for (const Buffer& b : network.buffers()) {
    if (b.values == nullptr) continue;
    for (real& value : b.values->stored()) value += away();
  }
}

// Columns of x with standard deviations at which epsilon is no longer small, from some 0.006 down to 0.0007.
Tensor narrow_columns(Tensor x) {
  for (std::size_t n = 0; n < x.rows(); ++n) {
    for (std::size_t d = 0; d < x.cols(); ++d) {
      x(n, d) = 1 + x(n, d) * static_cast<real>(std::ldexp(0.01, -static_cast<int>(d)));
    }
  }
  return x;
}

// The first row of x, and another one 1 above it. In such a batch x̂ is 1 and -1, but for epsilon, so that it needs
// narrow columns to have a gradient.
Tensor two_examples(const Tensor& x) {
  Tensor both({2, x.cols()});
  for (std::size_t d = 0; d < x.cols(); ++d) {
    both(0, d) = x(0, d);
    both(1, d) = x(0, d) + 1;
  }
  return both;
}

Tensor times(Tensor x, double factor) {
  for (real& value : x.stored()) value *= static_cast<real>(factor);
  return x;
}

// C labels in a new order, again and again: with N >= C every class is among them.
std::vector<std::uint8_t> labels_of(std::size_t N, std::size_t C, std::uint64_t seed) {
  std::vector<std::uint8_t> classes(C);
  std::iota(classes.begin(), classes.end(), std::uint8_t{0});
  Random random(seed, "gradcheck labels");
  std::vector<std::uint8_t> labels;
  while (C > 0 && labels.size() < N) {
    random.shuffle(classes);
    labels.insert(labels.end(), classes.begin(), classes.end());
  }
  labels.resize(C > 0 ? N : 0);
  return labels;
}

// What a case changes in its network, after all else.
using Change = void (*)(Network&);

void change_nothing(Network&) {}

void make_gamma_negative(Network& network) {
  for (const Parameter& p : network.parameters()) {
    if (p.name != "layer.weight") continue;
    for (real& value : p.value->stored()) value = -std::abs(value);
  }
}

// Of every other column: where all are 0, L does not depend on x.
void make_gamma_zero(Network& network) {
  for (const Parameter& p : network.parameters()) {
    if (p.name != "layer.weight") continue;
    for (std::size_t d = 0; d < p.value->cols(); d += 2) (*p.value)(d) = 0;
  }
}

// The running statistics of such columns.
void make_statistics_nearly_constant(Network& network) {
  for (const Buffer& b : network.buffers()) {
    if (b.name == "layer.running_mean") *b.values = times(*b.values, 1e-5);
    if (b.name == "layer.running_var") *b.values = times(*b.values, 1e-10);
  }
}

bool takes_one_example(const Layer& layer, std::size_t features) {
  try {
    layer.clone()->forward(Tensor({1, features}), Mode::train);
  } catch (const Error&) {
    return false;  // batch normalization, in training
  }
  return true;
}

// The rows of one layer after the other.
class LayerCases {
 public:
  explicit LayerCases(std::uint64_t seed) : seed_(seed) {}

  void add_linear() {
    const auto linear = [&](std::size_t in, std::size_t out) {
      return std::make_unique<Linear>(in, out, Random(seed_, "linear"));
    };
    add("linear", linear(D, C), input(N, D));
    add("linear-one-example", linear(D, C), input(1, D));
    add("linear-one-input", linear(1, C), input(N, 1));
    add("linear-one-output", linear(D, 1), input(N, D));
    add("linear-many-examples", linear(3, 2), input(kMany, 3), 20);
    add("linear-no-bias", std::make_unique<Linear>(D, C, Random(seed_, "linear"), false), input(N, D));
    add("linear-large", linear(784, 512), input(64, 784), 8);  // the first layer of an MLP for MNIST
  }

  void add_activation(const ActivationKind& kind) {
    const std::string name = kind.name;
    add(name, kind.make(), input(N, D));
    add(name + "-far", kind.make(), times(input(N, D), 6));  // out to 12, where it is level or straight
    add(name + "-large", kind.make(), input(130, 131), 20);
  }

  void add_dropout() {
    const auto dropout = [&](double p) { return std::make_unique<Dropout>(p, Random(seed_, "dropout")); };
    add("dropout", dropout(0.4), input(N, D));
    add("dropout-nothing", dropout(0), input(N, D));
    add("dropout-large", dropout(0.4), input(130, 131), 20);
  }

  void add_norm(const NormKind& kind) {
    const std::string name = kind.model;
    const Tensor x = input(N, D);
    const auto norm = [&](std::size_t features) { return kind.make(features, {}); };
    add(name, norm(D), x);
    add(name + "-narrow", norm(D), narrow_columns(x));
    add(name + "-nearly-constant", norm(D), times(x, 1e-5), 200, make_statistics_nearly_constant);
    add(name + "-negative-gamma", norm(D), x, 200, make_gamma_negative);
    add(name + "-zero-gamma", norm(D), x, 200, make_gamma_zero);
    add(name + "-one-example", norm(D), input(1, D));
    add(name + "-two-examples", norm(D), narrow_columns(two_examples(input(1, D))));
    add(name + "-two-features", norm(2), narrow_columns(input(N, 2)));
    add(name + "-many-examples", norm(3), input(kMany, 3), 20);
    add(name + "-many-features", norm(kMany), input(4, kMany), 20);
    add(name + "-large", norm(kLargeD), input(kLargeN, kLargeD), 8);
  }

  void add_batch_norm() {
    add("batchnorm-one-feature", std::make_unique<BatchNorm>(1), input(N, 1));
    add("batchnorm-no-affine", std::make_unique<BatchNorm>(D, BatchNormOptions{.affine = false}), input(N, D));
  }

  void add_loss() {
    add_loss("", input(C + 4, C));
    add_loss("-far", times(input(C + 4, C), 6));
    add_loss("-one-example", input(1, C));
    add_loss("-two-classes", input(N, 2));
    add_loss("-ten-classes", input(33, 10));
    add_loss("-many-classes", input(60, 47), 50);
  }

  std::vector<GradcheckCase> take() { return std::move(all_); }

 private:
  // All differ, so that no transpose or wrong axis goes unseen.
  static constexpr std::size_t N = 6;
  static constexpr std::size_t D = 5;
  static constexpr std::size_t C = 7;
  // So many that threads divide them, that vectors have a remainder, and that no loop that ends early goes unseen.
  static constexpr std::size_t kMany = 1030;
  static constexpr std::size_t kLargeN = 300;
  static constexpr std::size_t kLargeD = 201;

  Tensor input(std::size_t rows, std::size_t features) const { return gradcheck_input(rows, features, seed_); }

  void add(const std::string& name, std::unique_ptr<Layer> layer, const Tensor& x, std::size_t entries = 200,
           Change change = change_nothing) {
    const bool trains = x.rows() > 1 || takes_one_example(*layer, x.cols());
    Network network;
    network.add("layer", std::move(layer));
    for (GradcheckCase& c : cases_of(name, network, x, seed_)) {
      if (c.mode == Mode::train && !trains) continue;
      change(c.network);
      c.entries = entries;
      all_.push_back(std::move(c));
    }
  }

  // The loss has no layers: L is the cross-entropy of x.
  void add_loss(const std::string& ending, const Tensor& logits, std::size_t entries = 200) {
    for (GradcheckCase& c : cases_of("softmax-cross-entropy" + ending, Network(), logits, seed_, logits.cols())) {
      c.entries = entries;
      all_.push_back(std::move(c));
    }
  }

  std::uint64_t seed_;
  std::vector<GradcheckCase> all_;
};

}  // namespace

Tensor gradcheck_input(std::size_t rows, std::size_t features, std::uint64_t seed) {
  Random random(seed, "gradcheck input");
  Tensor x({rows, features});
  for (real& value : x.stored()) value = static_cast<real>(random.uniform(-2, 2));
  return x;
}

std::vector<GradcheckCase> cases_of(const std::string& name, const Network& network, const Tensor& x,
                                    std::uint64_t seed, std::size_t classes) {
  const std::vector<std::uint8_t> labels = labels_of(x.rows(), classes, seed);
  std::vector<GradcheckCase> cases = {{name, network, x, Mode::train, labels},
                                      {name + "-eval", network, x, Mode::eval, labels}};
  for (GradcheckCase& c : cases) perturb(c.network, seed);
  return cases;
}

std::vector<GradcheckCase> layer_cases(std::uint64_t seed) {
  LayerCases cases(seed);
  cases.add_linear();
  for (const ActivationKind& kind : activation_kinds()) cases.add_activation(kind);
  cases.add_dropout();
  for (const NormKind& kind : norm_kinds()) {
    if (std::string(kind.name) != "none") cases.add_norm(kind);
  }
  cases.add_batch_norm();
  cases.add_loss();
  return cases.take();
}

}  // namespace bnlab
