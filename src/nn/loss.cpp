#include "bnlab/nn/loss.hpp"

#include <algorithm>
#include <cmath>

#include "bnlab/core/error.hpp"

namespace bnlab {

// For one example with logits z_1 … z_C and label t:
//
//   CE.1   m = max_c z_c
//   CE.2   p_c = e^(z_c - m) / Σ_k e^(z_k - m)
//   CE.3   ℓ = -log p_t = log Σ_k e^(z_k - m) - (z_t - m)            L = (1/N) Σ_n ℓ_n
//
// The maximum (CE.1) is needed because e^z overflows above z = 88 in float. Softmax is invariant to a constant
// subtracted from all logits, so subtract the largest: then all exponents are <= 0, and one of them is 0. CE.3 is the
// log-sum-exp form: it takes the logarithm of the sum, not of p_t, which may underflow to 0.
double SoftmaxCrossEntropy::forward(const Tensor& logits, std::span<const std::uint8_t> labels) {
  const std::size_t N = logits.rows(), C = logits.cols();
  if (labels.size() != N) fail("loss: expected one label for each of %zu rows, got %zu", N, labels.size());
  p_.resize({N, C});
  if (N > labels_.capacity()) {  // reserve N + 1: the last batch of an epoch may be one larger
    labels_.reserve(N + 1);
    correct_.reserve(N + 1);
  }
  labels_.assign(labels.begin(), labels.end());
  correct_.resize(N);
  // BEGIN SOLUTION softmax-cross-entropy
  double total = 0;
  for (std::size_t n = 0; n < N; ++n) {
    const std::size_t t = labels[n];
    if (t >= C) fail("loss: expected a label below %zu, got %zu", C, t);
    const real* z = logits.row(n);
    real* p = p_.row(n);
    const real* largest = std::max_element(z, z + C);
    const real m = *largest;
    double sum = 0;
    for (std::size_t c = 0; c < C; ++c) {
      p[c] = std::exp(z[c] - m);
      sum += static_cast<double>(p[c]);
    }
    const real scale = static_cast<real>(1 / sum);
    for (std::size_t c = 0; c < C; ++c) p[c] *= scale;
    total += std::log(sum) - static_cast<double>(z[t] - m);
    correct_[n] = static_cast<std::size_t>(largest - z) == t;
  }
  return total / static_cast<double>(N);
  // END SOLUTION
}

const Tensor& SoftmaxCrossEntropy::backward() {
  // BEGIN SOLUTION softmax-cross-entropy
  // Forward was ℓ = log Σ_k e^z_k - z_t. The first term's derivative with respect to z_c is e^z_c / Σ_k e^z_k = p_c,
  // the second's is -1 for c = t, else 0. With the mean's 1/N:
  //
  //   CE.4   dz_nc = (p_nc - [c = t_n]) / N
  //
  // The predicted distribution minus the one-hot target. Each row sums to 0.
  const std::size_t N = p_.rows(), C = p_.cols();
  const real inverse_N = 1 / static_cast<real>(N);
  dlogits_.resize({N, C});
  for (std::size_t n = 0; n < N; ++n) {
    for (std::size_t c = 0; c < C; ++c) {
      dlogits_(n, c) = (p_(n, c) - (c == labels_[n] ? real{1} : real{0})) * inverse_N;
    }
  }
  return dlogits_;
  // END SOLUTION
}

}  // namespace bnlab
