// Linear: y = x W + b, or y = x W without a bias. In PyTorch: torch.nn.Linear.
#pragma once

#include "bnlab/core/matmul.hpp"
#include "bnlab/nn/layer.hpp"

namespace bnlab {

class Linear : public Layer {
 public:
  // W [in, out] and b [out] are drawn uniformly from ±1/sqrt(in), PyTorch's default. Without a bias b is 0 and stays so,
  // as it is no parameter. Error: in or out is 0.
  Linear(std::size_t in, std::size_t out, Random random, bool has_bias = true);

  const Tensor& forward(const Tensor& x, Mode mode) override;    // [N, in] -> [N, out]
  const Tensor& backward(const Tensor& dy, Mode mode) override;  // [N, out] -> [N, in]
  std::vector<Parameter> parameters() override;                  // weight; bias, if it has one
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Linear>(*this); }

  bool has_bias() const { return has_bias_; }

  Tensor weight;  // W [in, out], in panels; stored transposed in files, as in PyTorch
  Tensor bias;    // b [out]
  Tensor weight_grad, bias_grad;

 private:
  bool has_bias_;
  Scratch scratch_;
};

}  // namespace bnlab
