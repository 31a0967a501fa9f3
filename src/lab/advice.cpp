#include "bnlab/lab/advice.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/lab/three_paths.hpp"
#include "bnlab/nn/kinds.hpp"

namespace bnlab {
namespace {

// Whose result a gradient is: the rows of a layer, one of its tensors, and the equation.
struct Result {
  std::string row;          // "batchnorm": the row of that name, and those of names that go on with a hyphen
  std::string ending = "";  // how they must end
  std::string tensor = "";  // "layer.weight"; empty: any
  Equation equation;
};

// Lowest layer first: no layer is built on one that stands below it here. Networks are built of all.
const std::vector<Result> kKnown = {
    {.row = "linear", .tensor = "layer.weight", .equation = {"LIN.2", "dW_ij = Σ_n x_ni dy_nj", "src/nn/linear.cpp"}},
    {.row = "linear", .tensor = "layer.bias", .equation = {"LIN.3", "db_j = Σ_n dy_nj", "src/nn/linear.cpp"}},
    {.row = "linear", .tensor = "input", .equation = {"LIN.4", "dx_ni = Σ_j dy_nj W_ij", "src/nn/linear.cpp"}},
    {.row = "relu",
     .tensor = "input",
     .equation = {"ACT.1", "dx = dy where y > 0, else 0", "include/bnlab/nn/activation.hpp"}},
    {.row = "sigmoid",
     .tensor = "input",
     .equation = {"ACT.2", "dx = dy y (1 - y)", "include/bnlab/nn/activation.hpp"}},
    {.row = "tanh", .tensor = "input", .equation = {"ACT.3", "dx = dy (1 - y²)", "include/bnlab/nn/activation.hpp"}},
    {.row = "dropout", .tensor = "input", .equation = {"DROP.2", "dx_nd = dy_nd f_nd", "src/nn/dropout.cpp"}},
    {.row = "softmax-cross-entropy",
     .tensor = "input",
     .equation = {"CE.4", "dz_nc = (p_nc - [c = t_n]) / N", "src/nn/loss.cpp"}},
    {.row = "batchnorm", .tensor = "layer.bias", .equation = {"BN.7", "dβ_d = Σ_n dy_nd", "src/nn/batchnorm.cpp"}},
    {.row = "batchnorm",
     .tensor = "layer.weight",
     .equation = {"BN.8", "dγ_d = Σ_n dy_nd x̂_nd", "src/nn/batchnorm.cpp"}},
    {.row = "batchnorm",
     .ending = "-eval",
     .tensor = "input",
     .equation = {"BN.10", "dx_nd = γ_d / sqrt(running_var_d + ε) · dy_nd", "src/nn/batchnorm.cpp"}},
    {.row = "batchnorm",
     .tensor = "input",
     .equation = {"BN.9", "dx_nd = γ_d / sqrt(σ²_d + ε) · (dy_nd - dβ_d / N - x̂_nd dγ_d / N)", "src/nn/batchnorm.cpp"}},
};

// A norm or an activation that has no line above: its rows have one result, the backward pass as a whole.
Result backward_pass_of(const std::string& row) {
  return {.row = row, .equation = {"the backward pass of " + row, "", "the layer that src/nn/kinds.cpp makes"}};
}

std::vector<Result> all_results() {
  std::vector<Result> all = kKnown;
  const auto add_if_new = [&](const std::string& row) {
    const bool known = std::any_of(kKnown.begin(), kKnown.end(), [&](const Result& r) { return r.row == row; });
    if (!known) all.push_back(backward_pass_of(row));
  };
  for (const ActivationKind& kind : activation_kinds()) add_if_new(kind.name);
  for (const NormKind& kind : norm_kinds()) {
    if (std::string(kind.name) != "none") add_if_new(kind.model);
  }
  return all;
}

const std::vector<Result>& results() {
  static const std::vector<Result> all = all_results();
  return all;
}

bool is_of(const Result& result, const std::string& row, const std::string& tensor) {
  const bool same_layer = row == result.row || row.starts_with(result.row + "-");
  return same_layer && row.ends_with(result.ending) && (result.tensor.empty() || tensor == result.tensor);
}

// None: the row is that of a network, where a gradient is the result of several equations.
const Result* find_result(const std::string& row, const std::string& tensor) {
  for (const Result& result : results()) {
    if (is_of(result, row, tensor)) return &result;
  }
  return nullptr;
}

// The rows whose gradients are this equation's result: its formula, then a line for each.
std::string lines_of(const Result& result, const std::vector<WrongGradient>& all) {
  std::string lines;
  for (const WrongGradient& wrong : all) {
    if (find_result(wrong.row, wrong.check.tensor) != &result) continue;
    lines += format("    %-26s %-13s %s\n", wrong.row.c_str(), wrong.check.tensor.c_str(), wrong_words(wrong).c_str());
  }
  if (lines.empty()) return "";
  std::string heading = "  " + result.equation.number;
  if (!result.equation.formula.empty()) heading += "   " + result.equation.formula;
  return heading + "   (" + result.equation.source + ")\n" + lines;
}

// The rows that no single equation answers for: of each network, which tensors.
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
    if (find_result(wrong.row, wrong.check.tensor) != nullptr) continue;
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
    lines += format("    %-38s  %s\n", name.c_str(), network.tensors_text().c_str());
    if (both) ++i;
  }
  return lines.empty() ? "" : "  networks, built of these layers\n" + lines;
}

}  // namespace

Equation equation_of(const std::string& row, const std::string& tensor) {
  const Result* result = find_result(row, tensor);
  return result == nullptr ? Equation{} : result->equation;
}

std::string wrong_words(const WrongGradient& wrong) {
  const GradientCheck& check = wrong.check;
  if (check.entries == 0) return "nothing could be compared: kinks on all sides";
  if (check.vacuous) return "VACUOUS: the loss does not depend on it, so nothing is checked";
  if (std::isnan(check.analytic)) return "is not written at " + check.where + ", or not a number there";
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
  const Result* first = nullptr;
  for (const Result& result : results()) {
    const std::string its_own = lines_of(result, all);
    if (first == nullptr && !its_own.empty()) first = &result;
    lines += its_own;
  }
  const std::string networks = network_lines(all);
  const std::string heading = "WRONG, the lowest layer first:\n\n" + lines + networks + "\n";
  if (first == nullptr) {
    return heading +
           "No layer by itself is wrong: look at how they are put together, Network::backward in src/nn/network.cpp.\n";
  }
  const Equation& equation = first->equation;
  const char* reason = networks.empty() ? "" : ", before the networks: they are built of it";
  return heading + format("Fix %s in %s first%s.\n", equation.number.c_str(), equation.source.c_str(), reason);
}

}  // namespace bnlab
