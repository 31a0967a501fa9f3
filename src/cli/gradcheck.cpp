// bnlab gradcheck: every backward pass against finite differences, as a table, or error against step as a curve.
#include "bnlab/lab/gradcheck.hpp"

#include <cmath>

#include "bnlab/cli/commands.hpp"
#include "bnlab/lab/advice.hpp"
#include "bnlab/lab/three_paths.hpp"
#include "bnlab/nn/activation.hpp"
#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/dropout.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {
namespace {

// Shapes in which N, D and C all differ, so that no transpose or wrong axis goes unseen.
constexpr std::size_t N = 6, D = 5, C = 7;

struct Case {
  std::string name;
  Network network;
  Tensor x;
  Mode mode;
  Bytes labels;  // where L is the loss
  // What the error may be: rounding errors add up from layer to layer.
  double bound() const { return name.starts_with("network") ? 1e-7 : 1e-8; }
};

// Every parameter and running statistic away from the 0 and 1 it starts at, which would hide mistakes.
void disturb(Network& network, std::uint64_t seed) {
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

// The rows of the table, or those whose names begin with `layer`.
std::vector<Case> chosen_cases(std::uint64_t seed, const std::string& layer) {
  std::vector<Case> cases;
  const auto input = [&](std::size_t rows, std::size_t features) {
    Random random(seed, "gradcheck input");
    Tensor x({rows, features});
    for (real& value : x.stored()) value = static_cast<real>(random.uniform(-2, 2));
    return x;
  };
  const auto add = [&](const std::string& name, const Network& network, const Tensor& x, std::size_t classes = 0) {
    Random random(seed, "gradcheck labels");
    Bytes labels(classes > 0 ? x.rows() : 0);
    for (auto& label : labels) label = static_cast<std::uint8_t>(random.below(static_cast<std::uint32_t>(classes)));
    for (const Mode mode : {Mode::train, Mode::eval}) {
      const std::string row = name + (mode == Mode::eval ? "-eval" : "");
      if (!row.starts_with(layer)) continue;
      cases.push_back({row, network, x, mode, labels});
      disturb(cases.back().network, seed);
    }
  };
  const auto add_layer = [&](const std::string& name, auto made, const Tensor& x) {
    Network network;
    network.add("layer", std::move(made));
    add(name, network, x);
  };
  const auto add_network = [&](const std::string& name, const Architecture& architecture, std::size_t batch) {
    add(name, make_network(architecture, seed, nullptr), input(batch, architecture.inputs), architecture.classes);
  };

  const Tensor x = input(N, D), large = input(33, 70);
  Tensor narrow = x;  // deviations at which epsilon is no longer small, from some 0.006 down to 0.0007
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t d = 0; d < D; ++d) narrow(n, d) = 1 + narrow(n, d) * static_cast<real>(std::ldexp(0.01, -int(d)));
  }
  add_layer("linear", Linear(D, C, Random(seed, "linear")), x);
  add_layer("linear-large", Linear(70, 41, Random(seed, "linear")), large);
  add_layer("relu", ReLU(), x);
  add_layer("sigmoid", Sigmoid(), x);
  add_layer("tanh", Tanh(), x);
  add_layer("dropout", Dropout(0.4, Random(seed, "dropout")), x);
  add_layer("batchnorm", BatchNorm(D), x);
  add_layer("batchnorm-large", BatchNorm(70), large);
  add_layer("batchnorm-narrow", BatchNorm(D), narrow);
  add_layer("batchnorm-no-affine", BatchNorm(D, {.affine = false}), x);
  add("softmax-cross-entropy", Network(), input(N, C), C);
  for (const char* activation : {"relu", "sigmoid", "tanh"}) {
    add_network(format("network-%s", activation), {D, {8, 9}, C, activation, false, 0}, N);
    add_network(format("network-%s-batchnorm", activation), {D, {8, 9}, C, activation, true, 0}, N);
  }
  add_network("network-dropout", {D, {8, 9}, C, "relu", true, 0.3}, N);
  add_network("network-large", {70, {41, 23}, 10, "relu", true, 0}, 33);
  if (cases.empty()) {
    throw UsageError("--layer: expected the beginning of a row's name, such as batchnorm or network, found '" + layer +
                     "'");
  }
  return cases;
}

// NaN, which compares with nothing, is larger than all numbers.
double larger(double a, double b) { return a >= b || std::isnan(a) ? a : b; }

std::string verdict(const GradientCheck& check, bool good) {
  std::string text = good ? check.zero_by_law ? "ok (zero by law)" : "ok" : check.vacuous ? "VACUOUS" : "WRONG";
  if (check.moved > 0) text += format(" (%zu moved off a kink)", check.moved);
  if (check.stuck > 0) text += format(" (%zu at kinks)", check.stuck);
  return text;
}

// A row that is not right, with all that can be told of it.
WrongGradient wrong_gradient(const Case& c, const GradientCheck& check, std::uint64_t seed) {
  WrongGradient wrong{c.name, check, c.x.rows()};
  const auto& layers = c.network.layers();
  if (layers.size() != 1 || c.mode != Mode::train || check.tensor != "input") return wrong;
  const auto* layer = dynamic_cast<const BatchNorm*>(layers[0].layer.get());
  if (layer != nullptr) wrong.paths = wrong_paths(*layer, c.x, seed);
  return wrong;
}

// Error against step, for both formulas: a V, its left arm the curve's error, its right one rounding's.
void sweep(const std::vector<Case>& cases, const Settings& settings, const Terminal& terminal) {
  const int decades = sizeof(real) == sizeof(double) ? 11 : 6, per_decade = 4;
  const double rounding = static_cast<double>(std::numeric_limits<real>::epsilon()) / 2;
  std::vector<Curve> curves = {{"three points (GC.1)", 'o', terminal.colour ? "\x1b[33m" : "", {}},
                               {"five points (GC.2)", 'x', terminal.colour ? "\x1b[36m" : "", {}}};
  std::string results;
  for (const int points : {3, 5}) {
    double best = HUGE_VAL, best_step = 0;
    for (int i = per_decade / 2; i <= decades * per_decade; ++i) {  // from 10^-0.5 down
      const double step = std::pow(10, -static_cast<double>(i) / per_decade);
      double worst = 0;
      for (const Case& c : cases) {
        const GradcheckOptions options{.step = step, .points = points, .entries = 50, .seed = settings.seed};
        for (const GradientCheck& check : check_gradients(c.network, c.x, c.labels, c.mode, options)) {
          if (!check.zero_by_law) worst = larger(worst, check.error);
        }
      }
      curves[points == 3 ? 0 : 1].values.push_back(std::log10(worst));
      if (worst < best) best = worst, best_step = step;
    }
    results += format("result gradcheck_sweep precision=%s points=%d best=%.2g step=%.2g\n", kPrecision, points, best,
                      best_step);
  }
  const std::string title = format("log10 of the worst relative error, in %s (u = %.1e)", kPrecision, rounding);
  terminal.say(
      "%s\n  The left arm is the curve's error, h^2 or h^4 times a constant; the right one is rounding, u / h.\n\n",
      draw_chart(title, curves, -0.5, -decades, "log10 of the step").c_str());
  std::printf("%s", results.c_str());
}

}  // namespace

int gradcheck_command(const Settings& settings, const Terminal& terminal) {
  if (settings.sweep) {
    sweep(chosen_cases(settings.seed, settings.layer.empty() ? "batchnorm" : settings.layer), settings, terminal);
    return 0;
  }
  if (sizeof(real) != sizeof(double)) {
    fail(
        "gradcheck: float leaves finite differences 3 or 4 digits (--sweep shows it); use the double build: make "
        "gradcheck");
  }
  terminal.say(
      "Differences of five points against every backward pass, in double; step %g of a column's deviation, seed %llu;\n"
      "errors relative to the gradient's norm, 1e-8 allowed for a layer, 1e-7 for a network\n\n",
      settings.step, static_cast<unsigned long long>(settings.seed));
  terminal.say("  %-30s %-11s  %7s  %8s  %-9s verdict\n", "layer or network", "gradient of", "entries", "error",
               "where");
  std::size_t checked = 0;
  std::vector<WrongGradient> wrong;
  double worst_layer = 0, worst_network = 0;
  for (const Case& c : chosen_cases(settings.seed, settings.layer)) {
    for (const GradientCheck& check :
         check_gradients(c.network, c.x, c.labels, c.mode, {.step = settings.step, .seed = settings.seed})) {
      const bool good = check.good(c.bound());
      double& worst = c.name.starts_with("network") ? worst_network : worst_layer;
      ++checked;
      if (!good) wrong.push_back(wrong_gradient(c, check, settings.seed));
      if (!check.zero_by_law) worst = larger(worst, check.error);
      terminal.say("  %-30s %-11s  %7zu  %8.1e  %-9s %s\n", c.name.c_str(), check.tensor.c_str(), check.entries,
                   check.error, check.where.c_str(), verdict(check, good).c_str());
      if (!good && !check.values.empty()) terminal.say("      at %s: %s\n", check.where.c_str(), check.values.c_str());
    }
  }
  terminal.say("\n");
  std::printf("result gradcheck precision=%s checked=%zu wrong=%zu worst_layer=%.3g worst_network=%.3g\n", kPrecision,
              checked, wrong.size(), worst_layer, worst_network);
  if (!wrong.empty()) terminal.say("\n%s", advice(wrong).c_str());
  return wrong.empty() ? 0 : 1;
}

}  // namespace bnlab
