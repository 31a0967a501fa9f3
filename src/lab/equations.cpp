#include "bnlab/lab/equations.hpp"

#include <algorithm>

#include "bnlab/nn/kinds.hpp"

namespace bnlab {
namespace {

// Which gradients are the result of an equation: those of one tensor in the rows of a layer.
struct Result {
  std::string row;          // "batchnorm": the rows "batchnorm" and "batchnorm-…"
  std::string ending = "";  // how they must end
  std::string tensor = "";  // "layer.weight"; empty: any
  Equation equation;
};

// Lowest layer first: each entry depends only on earlier ones. Networks depend on all.
const std::vector<Result> kKnown = {
    // BEGIN SOLUTION withheld
    {.row = "linear", .tensor = "layer.weight", .equation = {"LIN.2", "dW_ij = Σ_n x_ni dy_nj", "src/nn/linear.cpp"}},
    {.row = "linear", .tensor = "layer.bias", .equation = {"LIN.3", "db_j = Σ_n dy_nj", "src/nn/linear.cpp"}},
    {.row = "linear", .tensor = "input", .equation = {"LIN.4", "dx_ni = Σ_j dy_nj W_ij", "src/nn/linear.cpp"}},
    {.row = "relu",
     .tensor = "input",
     .equation = {"ACT.1", "dx = dy where y > 0, else 0", "include/bnlab/nn/relu.hpp"}},
    {.row = "sigmoid", .tensor = "input", .equation = {"ACT.2", "dx = dy y (1 - y)", "include/bnlab/nn/sigmoid.hpp"}},
    {.row = "tanh", .tensor = "input", .equation = {"ACT.3", "dx = dy (1 - y²)", "include/bnlab/nn/tanh.hpp"}},
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
    // END SOLUTION
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

}  // namespace

std::vector<Equation> equations() {
  std::vector<Equation> all;
  for (const Result& result : results()) all.push_back(result.equation);
  return all;
}

Equation equation_of(const std::string& row, const std::string& tensor) {
  for (const Result& result : results()) {
    if (is_of(result, row, tensor)) return result.equation;
  }
  return {};
}

}  // namespace bnlab
