#include "bnlab/lab/advice.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/lab/three_paths.hpp"

namespace bnlab {
namespace {

// Lowest layer first: what stands below in this table is built on nothing above it, but networks are built of all.
struct Result {
  const char *row, *ending, *tensor;  // how the row's name begins and ends
  const char *number, *formula, *source;
};
constexpr Result kResults[] = {
    {"linear", "", "layer.weight", "LIN.2", "dW_ij = Σ_n x_ni dy_nj", "src/nn/linear.cpp"},
    {"linear", "", "layer.bias", "LIN.3", "db_j = Σ_n dy_nj", "src/nn/linear.cpp"},
    {"linear", "", "input", "LIN.4", "dx_ni = Σ_j dy_nj W_ij", "src/nn/linear.cpp"},
    {"relu", "", "input", "ACT.1", "dx = dy where y > 0, else 0", "include/bnlab/nn/activation.hpp"},
    {"sigmoid", "", "input", "ACT.2", "dx = dy y (1 - y)", "include/bnlab/nn/activation.hpp"},
    {"tanh", "", "input", "ACT.3", "dx = dy (1 - y²)", "include/bnlab/nn/activation.hpp"},
    {"dropout", "", "input", "DROP.2", "dx_nd = dy_nd f_nd", "src/nn/dropout.cpp"},
    {"softmax-cross-entropy", "", "input", "CE.4", "dz_nc = (p_nc - [c = t_n]) / N", "src/nn/loss.cpp"},
    {"batchnorm", "", "layer.bias", "BN.7", "dβ_d = Σ_n dy_nd", "src/nn/batchnorm.cpp"},
    {"batchnorm", "", "layer.weight", "BN.8", "dγ_d = Σ_n dy_nd x̂_nd", "src/nn/batchnorm.cpp"},
    {"batchnorm", "-eval", "input", "BN.10", "dx_nd = γ_d / sqrt(running_var_d + ε) · dy_nd", "src/nn/batchnorm.cpp"},
    {"batchnorm", "", "input", "BN.9", "dx_nd = γ_d / sqrt(σ²_d + ε) · (dy_nd - dβ_d / N - x̂_nd dγ_d / N)",
     "src/nn/batchnorm.cpp"},
};

bool is_of(const Result& result, const std::string& row, const std::string& tensor) {
  return row.starts_with(result.row) && row.ends_with(result.ending) && tensor == result.tensor;
}

const Result* find_result(const std::string& row, const std::string& tensor) {
  const auto found = std::find_if(std::begin(kResults), std::end(kResults),
                                  [&](const Result& result) { return is_of(result, row, tensor); });
  return found == std::end(kResults) ? nullptr : found;
}

// The rows whose gradients are this equation's result: its formula, then a line for each.
std::string lines_of(const Result& result, const std::vector<WrongGradient>& all) {
  std::string lines;
  for (const WrongGradient& wrong : all) {
    if (find_result(wrong.row, wrong.check.tensor) != &result) continue;
    lines += format("    %-26s %-13s %s\n", wrong.row.c_str(), wrong.check.tensor.c_str(), wrong_words(wrong).c_str());
  }
  if (lines.empty()) return "";
  return format("  %s   %s   (%s)\n", result.number, result.formula, result.source) + lines;
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
  return result == nullptr ? Equation{} : Equation{result->number, result->formula, result->source};
}

std::string wrong_words(const WrongGradient& wrong) {
  const GradientCheck& check = wrong.check;
  if (check.entries == 0) return "nothing could be compared: kinks on all sides";
  if (check.vacuous) return "VACUOUS: the loss does not depend on it, so nothing is checked";
  if (std::isnan(check.claimed)) return "is not written at " + check.where + ", or not a number there";
  if (check.zero_by_law) return "must be 0 by law and is not: " + check.values;
  if (!wrong.paths.empty()) return wrong.paths;
  // A gradient that is c times the right one is so at every entry: then its error is |c - 1| exactly.
  const double factor = check.claimed / check.measured;
  if (std::abs(check.error - std::abs(factor - 1)) <= 1e-6 * check.error && check.error > 1e-3) {
    return factor_words(factor, wrong.examples);
  }
  return "at " + check.where + ": " + check.values;
}

std::string advice(const std::vector<WrongGradient>& all) {
  if (all.empty()) return "";
  std::string lines;
  const Result* first = nullptr;
  for (const Result& result : kResults) {
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
  return heading + format("Fix %s in %s first%s.\n", first->number, first->source,
                          networks.empty() ? "" : ", before the networks: they are built of it");
}

}  // namespace bnlab
