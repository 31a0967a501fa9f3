// bnlab gradcheck: every backward pass against finite differences, as a table, or error against step as a curve.
#include "bnlab/lab/gradcheck.hpp"

#include <cmath>

#include "bnlab/cli/commands.hpp"
#include "bnlab/lab/advice.hpp"
#include "bnlab/lab/chart.hpp"
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
    throw UsageError("--layer: expected the beginning of a row's name, such as batchnorm or network, found '" + layer +
                     "'");
  }
  return cases;
}

// NaN, which compares with nothing, is larger than all numbers.
double larger(double a, double b) { return a >= b || std::isnan(a) ? a : b; }

std::string verdict(const GradientCheck& check, bool good) {
  std::string text = good            ? check.analytically_zero ? "ok (zero analytically)" : "ok"
                     : check.vacuous ? "VACUOUS"
                                     : "WRONG";
  if (check.moved_off_kink > 0) text += format(" (%zu moved off a kink)", check.moved_off_kink);
  if (check.at_kink > 0) text += format(" (%zu at kinks)", check.at_kink);
  return text;
}

// A row that is not right, with all that can be told of it.
WrongGradient wrong_gradient(const GradcheckCase& c, const GradientCheck& check, std::uint64_t seed) {
  WrongGradient wrong{c.name, check, c.x.rows()};
  const auto& layers = c.network.layers();
  if (layers.size() != 1 || c.mode != Mode::train || check.tensor != "input") return wrong;
  const auto* layer = dynamic_cast<const BatchNorm*>(layers[0].layer.get());
  if (layer != nullptr) wrong.paths = wrong_paths(*layer, c.x, seed);
  return wrong;
}

// Error against step, for both formulas: a V, its left arm the curve's error, its right one rounding's.
void sweep(const std::vector<GradcheckCase>& cases, const Settings& settings, const Terminal& terminal) {
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
      for (const GradcheckCase& c : cases) {
        const GradcheckOptions options{.step = step, .points = points, .entries = 50, .seed = settings.seed};
        for (const GradientCheck& check : check_gradients(c.network, c.x, c.labels, c.mode, options)) {
          if (!check.analytically_zero) worst = larger(worst, check.error);
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
  for (const GradcheckCase& c : chosen_cases(settings.seed, settings.layer)) {
    for (const GradientCheck& check :
         check_gradients(c.network, c.x, c.labels, c.mode, {.step = settings.step, .seed = settings.seed})) {
      const bool good = check.good(c.bound());
      double& worst = c.name.starts_with("network") ? worst_network : worst_layer;
      ++checked;
      if (!good) wrong.push_back(wrong_gradient(c, check, settings.seed));
      if (!check.analytically_zero) worst = larger(worst, check.error);
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
