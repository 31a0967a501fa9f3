// Softmax and cross-entropy, fused. In PyTorch: torch.nn.CrossEntropyLoss.
//
// The network ends in logits, unnormalized scores. Softmax turns a row of logits into probabilities. The loss is the
// negative log-likelihood of the label, averaged over the batch. Only the loss divides by N: the layers' backward
// passes do not.
#pragma once

#include <cstdint>
#include <span>

#include "bnlab/core/tensor.hpp"

namespace bnlab {

class SoftmaxCrossEntropy {
 public:
  // logits [N, C], labels N numbers in {0, …, C - 1} -> the mean loss over the batch (CE.3). A label out of range or
  // a wrong number of labels throws Error. A NaN or +∞ among the logits gives a loss that is not finite.
  double forward(const Tensor& logits, std::span<const std::uint8_t> labels);

  // dlogits [N, C] of the last forward pass (CE.4).
  const Tensor& backward();

  // p [N, C] of the last forward pass (CE.2).
  const Tensor& probabilities() const { return p_; }
  // For each example of the last batch: 1 if the argmax over the logits is the label, else 0. Ties go to the lowest
  // index.
  std::span<const std::uint8_t> correct() const { return correct_; }

 private:
  Tensor p_, dlogits_;
  std::vector<std::uint8_t> labels_, correct_;
};

}  // namespace bnlab
