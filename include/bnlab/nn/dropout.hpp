// Dropout (Srivastava et al., 2014), inverted as in torch.nn.Dropout: while training, each entry is set to 0 with
// probability p and the others are divided by 1 - p, so that E[y] = x and evaluation is the identity.
#pragma once

#include "bnlab/nn/layer.hpp"

namespace bnlab {

class Dropout : public Layer {
 public:
  // p in [0, 1). Each layer has its own random stream.
  Dropout(double p, Random random);

  const Tensor& forward(const Tensor& x, Mode mode) override;    // [N, D] -> [N, D]; in evaluation mode y = x
  const Tensor& backward(const Tensor& dy, Mode mode) override;  // [N, D] -> [N, D]
  Random* random_numbers() override { return &random; }
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Dropout>(*this); }

  double p;
  Random random;

 private:
  Tensor factor_;  // [N, D] f of DROP.1: 0 or 1 / (1 - p), entry by entry
};

}  // namespace bnlab
