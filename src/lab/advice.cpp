#include "bnlab/lab/advice.hpp"

#include <cmath>

#include "bnlab/lab/equations.hpp"
#include "bnlab/lab/three_paths.hpp"

namespace bnlab {
namespace {

// The rows whose gradients are the equation's result: its formula, then a line for each of the first few. Empty where
// there is none.
std::string lines_of(const Equation& equation, const std::vector<WrongGradient>& all) {
  std::vector<std::string> rows;
  for (const WrongGradient& wrong : all) {
    if (equation_of(wrong.row, wrong.check.tensor).number != equation.number) continue;
    rows.push_back(
        format("    %-36s %-13s %s\n", wrong.row.c_str(), wrong.check.tensor.c_str(), wrong_words(wrong).c_str()));
  }
  if (rows.empty()) return "";
  std::string text = "  " + equation.number;
  if (!equation.formula.empty()) text += "   " + equation.formula;
  text += "   (" + equation.source + ")\n";
  const std::size_t shown = rows.size() <= 8 ? rows.size() : 7;
  for (std::size_t i = 0; i < shown; ++i) text += rows[i];
  if (shown < rows.size()) text += format("    and %zu more rows\n", rows.size() - shown);
  return text;
}

// The rows not covered by a single equation: of each network, which tensors.
struct WrongNetwork {
  std::string row;
  std::vector<std::string> tensors;
  // The first few of them: what is wrong at the top of a network is wrong all the way down.
  std::string tensors_text() const {
    const std::size_t shown = tensors.size() <= 6 ? tensors.size() : 5;
    std::string text = tensors[0];
    for (std::size_t i = 1; i < shown; ++i) text += ", " + tensors[i];
    return text + (shown < tensors.size() ? format(" and %zu more", tensors.size() - shown) : "");
  }
};

std::vector<WrongNetwork> wrong_networks(const std::vector<WrongGradient>& all) {
  std::vector<WrongNetwork> networks;
  for (const WrongGradient& wrong : all) {
    if (!equation_of(wrong.row, wrong.check.tensor).number.empty()) continue;
    if (networks.empty() || networks.back().row != wrong.row) networks.push_back({wrong.row, {}});
    networks.back().tensors.push_back(wrong.check.tensor);
  }
  return networks;
}

// A line for each network; one for both modes where the same is wrong in both.
std::string network_lines(const std::vector<WrongGradient>& all) {
  const std::vector<WrongNetwork> networks = wrong_networks(all);
  std::string lines;
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const WrongNetwork& network = networks[i];
    const bool both = i + 1 < networks.size() && networks[i + 1].row == network.row + "-eval" &&
                      networks[i + 1].tensors == network.tensors;
    const std::string name = network.row + (both ? " (and -eval)" : "");
    lines += format("    %-36s %s\n", name.c_str(), network.tensors_text().c_str());
    if (both) ++i;
  }
  return lines.empty() ? "" : "  networks, built of these layers\n" + lines;
}

}  // namespace

std::string wrong_words(const WrongGradient& wrong) {
  const GradientCheck& check = wrong.check;
  if (check.entries == 0) return "nothing could be compared: kinks on all sides";
  if (check.vacuous) return "VACUOUS: the loss does not depend on it, so nothing is checked";
  if (std::isnan(check.analytic)) return "is not written at " + check.where + ", or is NaN";
  if (!check.inconsistency.empty()) return check.inconsistency;
  if (check.analytically_zero) return "must be 0 analytically and is not: " + check.values;
  if (!wrong.paths.empty()) return wrong.paths;
  // A gradient that is c times the right one is so at every entry: then its error is |c - 1| exactly.
  const double factor = check.analytic / check.numerical;
  if (std::abs(check.error - std::abs(factor - 1)) <= 1e-6 * check.error && check.error > 1e-3) {
    return factor_words(factor, wrong.examples);
  }
  return "at " + check.where + ": " + check.values;
}

std::string advice(const std::vector<WrongGradient>& all) {
  if (all.empty()) return "";
  std::string lines;
  Equation first;
  for (const Equation& equation : equations()) {
    const std::string its_own = lines_of(equation, all);
    if (first.number.empty() && !its_own.empty()) first = equation;
    lines += its_own;
  }
  const std::string networks = network_lines(all);
  const std::string heading = "WRONG, the lowest layer first:\n\n" + lines + networks + "\n";
  if (first.number.empty()) {
    return heading +
           "No layer by itself is wrong: look at how they are put together, Network::backward in src/nn/network.cpp.\n";
  }
  const char* reason = networks.empty() ? "" : ", before the networks: they are built of it";
  return heading + format("Fix %s in %s first%s.\n", first.number.c_str(), first.source.c_str(), reason);
}

}  // namespace bnlab
