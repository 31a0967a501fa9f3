#include <cmath>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"
#include "bnlab/train/model_file.hpp"

namespace bnlab {

// In evaluation mode the statistics are constants, so BN.6 is a scale a and a shift per feature, and a Linear can do
// both itself. With y = x W + b before it:
//
//   BN.11   a_d = γ_d / sqrt(running_var_d + ε)
//   BN.12   W'_kd = W_kd a_d,   b'_d = (b_d - running_mean_d) a_d + β_d
static void fold(const Linear& from, const BatchNorm& bn, Linear& to) {
  for (std::size_t d = 0; d < from.weight.cols(); ++d) {
    const double a = static_cast<double>(bn.gamma(d)) /
                     std::sqrt(static_cast<double>(bn.running_var(d)) + bn.options().eps);  // BN.11
    for (std::size_t k = 0; k < from.weight.rows(); ++k) {                                  // BN.12
      to.weight(k, d) = static_cast<real>(static_cast<double>(from.weight(k, d)) * a);
    }
    const double centred = static_cast<double>(from.bias(d)) - static_cast<double>(bn.running_mean(d));
    to.bias(d) = static_cast<real>(centred * a + static_cast<double>(bn.beta(d)));
  }
}

Model fold_batch_norm(const Model& model, ThreadPool* threads) {
  ModelInfo info = model.info;
  if (!info.architecture.batch_norm) fail("expected a model with batch normalization to fold, found a plain one");
  info.architecture.batch_norm = false;
  Model plain{info, make_network(info.architecture, 0, threads)};
  const auto &layers = model.network.layers(), &to = plain.network.layers();
  for (std::size_t i = 0, j = 0; i < layers.size(); ++i, ++j) {  // bn1 is in layers, not in to
    const auto* linear = dynamic_cast<const Linear*>(layers[i].layer.get());
    if (linear == nullptr) continue;
    Linear& folded = dynamic_cast<Linear&>(*to[j].layer);
    if (const auto* bn = i + 1 < layers.size() ? dynamic_cast<const BatchNorm*>(layers[i + 1].layer.get()) : nullptr) {
      fold(*linear, *bn, folded);
      ++i;
    } else {
      folded.weight = linear->weight, folded.bias = linear->bias;
    }
  }
  return plain;
}

}  // namespace bnlab
