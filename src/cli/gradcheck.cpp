// bnlab gradcheck: every backward pass against finite differences, as a table, or error against step as a curve.
#include "bnlab/lab/gradcheck.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

#include "bnlab/cli/commands.hpp"
#include "bnlab/cli/result_line.hpp"
#include "bnlab/cli/usage_error.hpp"
#include "bnlab/lab/advice.hpp"
#include "bnlab/lab/figures/chart.hpp"
#include "bnlab/lab/gradcheck_cases.hpp"
#include "bnlab/lab/three_paths.hpp"

namespace bnlab {
namespace {

// The rows of the table, or those whose names begin with `layer`.
std::vector<GradcheckCase> chosen_cases(std::uint64_t seed, const std::string& layer) {
  std::vector<GradcheckCase> cases = layer_cases(seed);
  for (GradcheckCase& c : network_cases(seed)) cases.push_back(std::move(c));
  std::erase_if(cases, [&](const GradcheckCase& c) { return !c.name.starts_with(layer); });
  if (cases.empty()) {
    fail_usage("--layer: expected the beginning of a row's name, such as batchnorm or network, found '" + shown(layer) +
               "'");
  }
  return cases;
}

// NaN, which compares with nothing, is larger than all numbers.
double larger(double a, double b) { return a >= b || std::isnan(a) ? a : b; }

std::string describe_check(const GradientCheck& check, bool good) {
  std::string text;
  if (good) {
    text = check.analytically_zero ? "ok (zero analytically)" : "ok";
  } else {
    text = check.vacuous ? "VACUOUS" : "WRONG";
  }
  if (!check.inconsistency.empty()) text += ": " + check.inconsistency;
  if (check.moved_off_kink > 0) text += format(" (%zu moved off a kink)", check.moved_off_kink);
  if (check.at_kink > 0) text += format(" (%zu at kinks)", check.at_kink);
  return text;
}

// A wrong row, with its diagnosis.
WrongGradient wrong_gradient(const GradcheckCase& c, const GradientCheck& check, std::uint64_t seed) {
  WrongGradient wrong{.row = c.name, .check = check, .examples = c.x.rows()};
  const auto& layers = c.network.layers();
  if (layers.size() != 1 || c.mode != Mode::train || check.tensor != "input") return wrong;
  if (c.x.rows() < 3 || !check.inconsistency.empty()) return wrong;  // of two examples no path can be told from another
  const auto* layer = dynamic_cast<const BatchNorm*>(layers[0].layer.get());
  if (layer != nullptr) wrong.paths = wrong_paths(*layer, c.x, seed);
  return wrong;
}

// The worst relative error of these cases, with differences of so many points and that step.
double worst_error(const std::vector<GradcheckCase>& cases, const GradcheckOptions& options) {
  double worst = 0;
  for (const GradcheckCase& c : cases) {
    for (const GradientCheck& check : check_gradients(c.network, c.x, c.labels, c.mode, options)) {
      if (!check.analytically_zero) worst = larger(worst, check.error);
    }
  }
  return worst;
}

struct Sweep {
  std::vector<double> errors;  // log10, from a step of 10^-0.5 down
  double best = HUGE_VAL;
  double best_step = 0;
};

constexpr int kStepsPerDecade = 4;
constexpr int kDecades = sizeof(real) == sizeof(double) ? 11 : 6;

Sweep sweep_steps(const std::vector<GradcheckCase>& cases, int points, std::uint64_t seed) {
  Sweep sweep;
  for (int i = kStepsPerDecade / 2; i <= kDecades * kStepsPerDecade; ++i) {
    const double step = std::pow(10, -static_cast<double>(i) / kStepsPerDecade);
    const double worst = worst_error(
        cases, {.step = step, .points = points, .entries = 50, .directions = 0, .consistency = false, .seed = seed});
    sweep.errors.push_back(std::log10(worst));
    if (worst < sweep.best) {
      sweep.best = worst;
      sweep.best_step = step;
    }
  }
  return sweep;
}

// Error against step, for both formulas: a V, its left arm the truncation error, its right one rounding's. The rows of
// few numbers are enough for it.
void show_sweep(std::vector<GradcheckCase> cases, std::uint64_t seed, const Terminal& terminal) {
  std::erase_if(cases, [](const GradcheckCase& c) { return c.x.size() > 100; });
  constexpr int kYellow = 33;
  constexpr int kCyan = 36;
  const Sweep three = sweep_steps(cases, 3, seed);
  const Sweep five = sweep_steps(cases, 5, seed);
  const std::vector<Curve> curves = {
      {.name = "three points (GC.1)", .mark = 'o', .colour = terminal.colour_code(kYellow), .values = three.errors},
      {.name = "five points (GC.2)", .mark = 'x', .colour = terminal.colour_code(kCyan), .values = five.errors}};
  const double rounding = static_cast<double>(std::numeric_limits<real>::epsilon()) / 2;
  const std::string title = format("log10 of the worst relative error, in %s (u = %.1e)", kPrecision, rounding);
  terminal.print(
      "%s\n  The left arm is the curve's error, h^2 or h^4 times a constant; the right one is rounding, u / h.\n\n",
      draw_chart(title, curves, -0.5, -kDecades, "log10 of the step").c_str());
  const auto print_best = [](int points, const Sweep& sweep) {
    print_result_line("result gradcheck_sweep precision=%s points=%d best=%.2g step=%.2g", kPrecision, points,
                      sweep.best, sweep.best_step);
  };
  print_best(3, three);
  print_best(5, five);
}

// The table, row by row, and what is found on the way.
class CheckTable {
 public:
  CheckTable(const Settings& settings, const Terminal& terminal) : settings_(settings), terminal_(terminal) {
    terminal.print(
        "Differences of five points against every backward pass, in double; step %g of a column's deviation, "
        "seed %llu.\n"
        "For each tensor: some entries, one by one, and three random directions, in which all of them move; "
        "errors relative\n"
        "to the gradient's norm, 1e-8 allowed for a layer, 1e-7 for a network. "
        "Each gradient is also compared, to the last bit,\n"
        "with that of several threads and with that of a first layer, which skips dx.\n\n",
        settings.step, static_cast<unsigned long long>(settings.training.seed));
    terminal.print("  %-36s %-12s %7s  %-8s %10s  %-10s verdict\n", "layer or network", "gradient of", "entries",
                   "error", "directions", "where");
  }

  void check(const GradcheckCase& c) {
    start_group(c.name);
    const GradcheckOptions options{.step = settings_.step, .entries = c.entries, .seed = settings_.training.seed};
    for (const GradientCheck& check : check_gradients(c.network, c.x, c.labels, c.mode, options)) add(c, check);
  }

  // Returns the exit status.
  int finish() const {
    terminal_.print("\n");
    print_result_line("result gradcheck precision=%s checked=%zu wrong=%zu worst_layer=%.3g worst_network=%.3g",
                      kPrecision, checked_, wrong_.size(), worst_layer_, worst_network_);
    if (wrong_.empty()) return 0;
    terminal_.print("\n%s", advice(wrong_).c_str());
    return 1;
  }

 private:
  // An empty line before the rows of each layer, and before those of networks.
  void start_group(const std::string& name) {
    if (!group_.empty() && name.starts_with(group_)) return;
    group_ = name.starts_with("network") ? "network" : name;
    terminal_.print("\n");
  }

  void add(const GradcheckCase& c, const GradientCheck& check) {
    const bool good = check.good(c.bound());
    double& worst = c.name.starts_with("network") ? worst_network_ : worst_layer_;
    ++checked_;
    if (!check.analytically_zero) worst = larger(larger(worst, check.error), check.direction_error);
    const std::string directions = check.analytically_zero ? "-" : format("%.1e", check.direction_error);
    terminal_.print("  %-36s %-12s %7zu  %-8.1e %10s  %-10s %s\n", c.name.c_str(), check.tensor.c_str(), check.entries,
                    check.error, directions.c_str(), check.where.c_str(), describe_check(check, good).c_str());
    if (good) return;
    wrong_.push_back(wrong_gradient(c, check, settings_.training.seed));
    if (!check.values.empty()) {
      terminal_.print("      at %s: %s\n", check.where.c_str(), check.values.c_str());
    }
  }

  const Settings& settings_;
  const Terminal& terminal_;
  std::string group_;
  std::size_t checked_ = 0;
  std::vector<WrongGradient> wrong_;
  double worst_layer_ = 0;
  double worst_network_ = 0;
};

}  // namespace

int gradcheck_command(const Settings& settings, const Terminal& terminal) {
  const std::uint64_t seed = settings.training.seed;
  if (settings.sweep) {
    show_sweep(chosen_cases(seed, settings.layer.empty() ? "batchnorm" : settings.layer), seed, terminal);
    return 0;
  }
  if (sizeof(real) != sizeof(double)) {
    fail(
        "gradcheck: in float, finite differences have only 3 or 4 correct digits (--sweep shows it); use the double "
        "build: make gradcheck");
  }
  const std::vector<GradcheckCase> cases = chosen_cases(seed, settings.layer);
  CheckTable table(settings, terminal);
  for (const GradcheckCase& c : cases) table.check(c);
  return table.finish();
}

}  // namespace bnlab
