#include "bnlab/train/fold.hpp"

#include <cmath>

#include "bnlab/nn/batchnorm.hpp"
#include "bnlab/nn/linear.hpp"

namespace bnlab {
namespace {

// In evaluation mode the statistics are constants, so BN.6 is a scale a and a shift per feature, which a Linear can
// absorb:
//
//   BN.11   a_d = γ_d / sqrt(running_var_d + ε)
std::vector<double> scales_of(const BatchNorm& bn) {
  std::vector<double> scales(bn.gamma.cols());
  // BEGIN SOLUTION withheld
  for (std::size_t d = 0; d < scales.size(); ++d) {
    const double variance = static_cast<double>(bn.running_var(d));
    scales[d] = static_cast<double>(bn.gamma(d)) / std::sqrt(variance + bn.options().eps);  // BN.11
  }
  // END SOLUTION
  return scales;
}

// With y = x W + b before it:
//
//   BN.12   W'_kd = W_kd a_d,   b'_d = (b_d - running_mean_d) a_d + β_d
void fold(const BatchNorm& bn, Linear& before) {
  const std::vector<double> scales = scales_of(bn);
  // BEGIN SOLUTION withheld
  for (std::size_t d = 0; d < before.weight.cols(); ++d) {
    const double a = scales[d];
    for (std::size_t k = 0; k < before.weight.rows(); ++k) {  // BN.12
      before.weight(k, d) = static_cast<real>(static_cast<double>(before.weight(k, d)) * a);
    }
    const double centred = static_cast<double>(before.bias(d)) - static_cast<double>(bn.running_mean(d));
    before.bias(d) = static_cast<real>(centred * a + static_cast<double>(bn.beta(d)));
  }
  // END SOLUTION
}

// With y = x W + b behind it, whose x_k are a_k x_k + shift_k:
//
//   BN.13   W'_kd = a_k W_kd,   b'_d = b_d + Σ_k shift_k W_kd,   shift_k = β_k - running_mean_k a_k
void fold_into_next(const BatchNorm& bn, Linear& behind) {
  const std::vector<double> scales = scales_of(bn);
  // BEGIN SOLUTION withheld
  for (std::size_t d = 0; d < behind.weight.cols(); ++d) {
    double bias = static_cast<double>(behind.bias(d));
    for (std::size_t k = 0; k < behind.weight.rows(); ++k) {  // BN.13
      const double a = scales[k];
      const double shift = static_cast<double>(bn.beta(k)) - static_cast<double>(bn.running_mean(k)) * a;
      const double w = static_cast<double>(behind.weight(k, d));
      bias += shift * w;
      behind.weight(k, d) = static_cast<real>(a * w);
    }
    behind.bias(d) = static_cast<real>(bias);
  }
  // END SOLUTION
}

const BatchNorm* as_batch_norm(const Network::Named& named) {
  return dynamic_cast<const BatchNorm*>(named.layer.get());
}

void expect_finite(const Linear& folded, const std::string& norm, const std::string& linear) {
  if (is_finite(folded.weight) && is_finite(folded.bias)) return;
  fail("expected folded weights that are finite, '%s' folded into '%s' overflows", norm.c_str(), linear.c_str());
}

// The same network without normalization, and with a bias in each Linear, to take what is folded.
Architecture folded_architecture(const Architecture& normalised) {
  Architecture plain = normalised;
  plain.norm = "none";
  plain.place = Architecture().place;
  plain.bias = true;
  return plain;
}

}  // namespace

Model fold_batch_norm(const Model& model, ThreadPool* threads) {
  ModelInfo info = model.info;
  if (info.architecture.norm != "batch") {
    fail("expected a model with batch normalization to fold, found a %s one", norm_kind(info.architecture.norm).model);
  }
  const bool into_next = info.architecture.normalises_after();
  info.architecture = folded_architecture(info.architecture);
  Model plain = {.info = info, .network = make_network(info.architecture, 0, threads)};

  const std::vector<Network::Named>& from = model.network.layers();
  const std::vector<Network::Named>& to = plain.network.layers();
  std::size_t next = 0;                       // the layer of the plain network: those of `from` without the norms
  const Network::Named* last_norm = nullptr;  // of `from`, before layer i
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (as_batch_norm(from[i]) != nullptr) {
      last_norm = &from[i];
      continue;
    }
    Layer& target = *to[next].layer;
    ++next;
    const auto* linear = dynamic_cast<const Linear*>(from[i].layer.get());
    if (linear == nullptr) continue;
    Linear& folded = dynamic_cast<Linear&>(target);
    folded.weight = linear->weight;
    folded.bias = linear->bias;
    const bool is_last = i + 1 == from.size();
    const bool norm_follows = !is_last && as_batch_norm(from[i + 1]) != nullptr;
    if (into_next && last_norm != nullptr) {
      fold_into_next(*as_batch_norm(*last_norm), folded);
      expect_finite(folded, last_norm->name, from[i].name);
    } else if (!into_next && norm_follows) {
      fold(*as_batch_norm(from[i + 1]), folded);
      expect_finite(folded, from[i + 1].name, from[i].name);
    }
  }
  return plain;
}

}  // namespace bnlab
