#include "bnlab/train/fold.hpp"

#include <cmath>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {

// In evaluation mode the statistics are constants, so BN.6 is a scale a and a shift per feature, which a Linear can
// absorb. With y = x W + b before it:
//
//   BN.11   a_d = γ_d / sqrt(running_var_d + ε)
//   BN.12   W'_kd = W_kd a_d,   b'_d = (b_d - running_mean_d) a_d + β_d
static void fold(const Linear& from, const BatchNorm& bn, Linear& to) {
  // BEGIN SOLUTION withheld
  for (std::size_t d = 0; d < from.weight.cols(); ++d) {
    const double a = static_cast<double>(bn.gamma(d)) /
                     std::sqrt(static_cast<double>(bn.running_var(d)) + bn.options().eps);  // BN.11
    for (std::size_t k = 0; k < from.weight.rows(); ++k) {                                  // BN.12
      to.weight(k, d) = static_cast<real>(static_cast<double>(from.weight(k, d)) * a);
    }
    const double centred = static_cast<double>(from.bias(d)) - static_cast<double>(bn.running_mean(d));
    to.bias(d) = static_cast<real>(centred * a + static_cast<double>(bn.beta(d)));
  }
  // END SOLUTION
}

Model fold_batch_norm(const Model& model, ThreadPool* threads) {
  ModelInfo info = model.info;
  if (info.architecture.norm != "batch") {
    fail("expected a model with batch normalization to fold, found a %s one", norm_kind(info.architecture.norm).model);
  }
  info.architecture.norm = "none";
  Model plain = {.info = info, .network = make_network(info.architecture, 0, threads)};

  const std::vector<Network::Named>& from = model.network.layers();
  const std::vector<Network::Named>& to = plain.network.layers();
  std::size_t next = 0;  // the layer of the plain network: those of `from` without the norms
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (dynamic_cast<const BatchNorm*>(from[i].layer.get()) != nullptr) continue;
    Layer& target = *to[next].layer;
    ++next;
    const auto* linear = dynamic_cast<const Linear*>(from[i].layer.get());
    if (linear == nullptr) continue;
    Linear& folded = dynamic_cast<Linear&>(target);
    const bool is_last = i + 1 == from.size();
    const auto* bn = is_last ? nullptr : dynamic_cast<const BatchNorm*>(from[i + 1].layer.get());
    if (bn != nullptr) {
      fold(*linear, *bn, folded);
      if (!is_finite(folded.weight) || !is_finite(folded.bias)) {
        fail("expected folded weights that are finite, '%s' folded into '%s' overflows", from[i + 1].name.c_str(),
             from[i].name.c_str());
      }
    } else {
      folded.weight = linear->weight;
      folded.bias = linear->bias;
    }
  }
  return plain;
}

}  // namespace bnlab
