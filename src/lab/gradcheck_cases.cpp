#include "bnlab/lab/gradcheck_cases.hpp"

#include <cmath>

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

}  // namespace

Tensor gradcheck_input(std::size_t rows, std::size_t features, std::uint64_t seed) {
  Random random(seed, "gradcheck input");
  Tensor x({rows, features});
  for (real& value : x.stored()) value = static_cast<real>(random.uniform(-2, 2));
  return x;
}

std::vector<GradcheckCase> cases_of(const std::string& name, const Network& network, const Tensor& x,
                                    std::uint64_t seed, std::size_t classes) {
  Random random(seed, "gradcheck labels");
  std::vector<std::uint8_t> labels(classes > 0 ? x.rows() : 0);
  for (auto& label : labels) label = static_cast<std::uint8_t>(random.below(static_cast<std::uint32_t>(classes)));
  std::vector<GradcheckCase> cases = {{name, network, x, Mode::train, labels},
                                      {name + "-eval", network, x, Mode::eval, labels}};
  for (GradcheckCase& c : cases) perturb(c.network, seed);
  return cases;
}

std::vector<GradcheckCase> layer_cases(std::uint64_t seed) {
  std::vector<GradcheckCase> all;
  const auto add = [&](const std::string& name, std::unique_ptr<Layer> layer, const Tensor& x) {
    Network network;
    network.add("layer", std::move(layer));
    for (GradcheckCase& c : cases_of(name, network, x, seed)) all.push_back(std::move(c));
  };
  constexpr std::size_t N = 6, D = 5, C = 7;  // all differ, so that no transpose or wrong axis goes unseen
  const Tensor x = gradcheck_input(N, D, seed);
  const Tensor large = gradcheck_input(33, 70, seed);
  add("linear", std::make_unique<Linear>(D, C, Random(seed, "linear")), x);
  add("linear-large", std::make_unique<Linear>(70, 41, Random(seed, "linear")), large);
  for (const ActivationKind& activation : activation_kinds()) add(activation.name, activation.make(), x);
  add("dropout", std::make_unique<Dropout>(0.4, Random(seed, "dropout")), x);
  for (const NormKind& norm : norm_kinds()) {
    if (std::string(norm.name) == "none") continue;
    const std::string name = norm.model;
    add(name, norm.make(D, {}), x);
    add(name + "-large", norm.make(70, {}), large);
    add(name + "-narrow", norm.make(D, {}), narrow_columns(x));
  }
  add("batchnorm-no-affine", std::make_unique<BatchNorm>(D, BatchNormOptions{.affine = false}), x);
  for (GradcheckCase& c : cases_of("softmax-cross-entropy", Network(), gradcheck_input(N, C, seed), seed, C)) {
    all.push_back(std::move(c));
  }
  return all;
}

}  // namespace bnlab
