// bnlab gradcheck: every backward pass against finite differences, as a table.
#include "bnlab/lab/gradcheck.hpp"

#include <cstdio>

#include "bnlab/cli/commands.hpp"
#include "bnlab/core/error.hpp"
#include "bnlab/nn/activation.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {
namespace {

// Shapes in which N, D and C all differ, so that no transpose or wrong axis goes unseen.
constexpr std::size_t N = 6, D = 5, C = 7;
constexpr double kBound = 1e-7;

struct Case {
  std::string name;
  Network network;
  std::size_t features;
  Mode mode = Mode::train;
  bool with_loss = false;
};

Tensor random_input(std::size_t features, std::uint64_t seed) {
  Random random(seed, "gradcheck input");
  Tensor x({N, features});
  for (real& value : x.stored()) value = static_cast<real>(random.uniform(-2, 2));
  return x;
}

// Every parameter and running statistic away from the 0 and 1 it starts at, which would hide mistakes.
void disturb(Network& network, std::uint64_t seed) {
  Random random(seed, "gradcheck parameters");
  for (const Parameter& p : network.parameters()) {
    for (std::size_t i = 0; i < p.value->rows(); ++i) {
      for (std::size_t j = 0; j < p.value->cols(); ++j)
        (*p.value)(i, j) += static_cast<real>(random.uniform(-0.5, 0.5));
    }
  }
  for (const Buffer& b : network.buffers()) {
    if (b.values == nullptr) continue;
    for (real& value : b.values->stored()) value += static_cast<real>(random.uniform(0.1, 0.9));
  }
}

std::vector<Case> all_cases(std::uint64_t seed) {
  std::vector<Case> cases;
  const auto add = [&](const char* name, Mode mode, auto layer) {
    Network network;
    network.add("layer", std::move(layer));
    disturb(network, seed);
    cases.push_back({name, std::move(network), D, mode});
  };
  add("linear", Mode::train, Linear(D, C, Random(seed, "linear")));
  add("relu", Mode::train, ReLU());
  add("sigmoid", Mode::train, Sigmoid());
  add("tanh", Mode::train, Tanh());
  add("dropout", Mode::train, Dropout(0.4, Random(seed, "dropout")));
  add("dropout-eval", Mode::eval, Dropout(0.4, Random(seed, "dropout")));
  add("batchnorm", Mode::train, BatchNorm(D));
  add("batchnorm-eval", Mode::eval, BatchNorm(D));
  add("batchnorm-no-affine", Mode::train, BatchNorm(D, {.affine = false}));
  cases.push_back({"softmax-cross-entropy", Network(), C, Mode::train, true});
  for (const char* activation : {"relu", "sigmoid", "tanh"}) {
    for (const std::string kind : {"", "-batchnorm", "-batchnorm-eval"}) {  // evaluation differs with batchnorm only
      Network network = make_network({D, {8, 9}, C, activation, kind != "", 0}, seed, nullptr);
      disturb(network, seed);
      const Mode mode = kind.ends_with("-eval") ? Mode::eval : Mode::train;
      cases.push_back({format("network-%s%s", activation, kind.c_str()), std::move(network), D, mode, true});
    }
  }
  return cases;
}

}  // namespace

int gradcheck_command(const Settings& settings, const Terminal& terminal) {
  if (sizeof(real) != sizeof(double)) {
    fail("gradcheck: float leaves finite differences 3 digits; use the double build: make gradcheck");
  }
  const GradcheckOptions options{.step = settings.step, .seed = settings.seed};
  terminal.say(
      "Central differences against every backward pass; step %g of a tensor's size, seed %llu, errors relative "
      "to the\ngradient's norm, %g allowed\n\n",
      options.step, static_cast<unsigned long long>(options.seed), kBound);
  terminal.say("  %-30s %-12s %7s  %8s  verdict\n", "layer or network", "gradient of", "entries", "error");
  std::size_t checked = 0, wrong = 0;
  double worst = 0;
  for (Case& c : all_cases(settings.seed)) {
    if (!settings.layer.empty() && c.name.rfind(settings.layer, 0) != 0) continue;
    const Bytes labels = c.with_loss ? Bytes{3, 0, 6, 1, 3, 5} : Bytes{};
    const Tensor x = random_input(c.features, settings.seed);
    for (const GradientCheck& check : check_gradients(c.network, x, labels, c.mode, options)) {
      const bool good = check.good(kBound);
      ++checked, wrong += !good;
      if (!check.zero_by_law) worst = std::max(worst, check.error);
      std::string verdict = good ? check.zero_by_law ? "ok (zero, by law)" : "ok" : "WRONG";
      if (check.kinks > 0) verdict += format(" (%zu at a kink left out)", check.kinks);
      terminal.say("  %-30s %-12s %7zu  %8.1e  %s\n", c.name.c_str(), check.tensor.c_str(), check.entries, check.error,
                   verdict.c_str());
      if (!good) terminal.say("      worst at %s\n", check.worst.c_str());
    }
  }
  if (checked == 0)
    throw UsageError(format("--layer: expected the beginning of a row's name, such as batchnorm or network, found '%s'",
                            settings.layer.c_str()));
  terminal.say("\n");
  std::printf("result gradcheck checked=%zu wrong=%zu worst=%.3g\n", checked, wrong, worst);
  return wrong == 0 ? 0 : 1;
}

}  // namespace bnlab
