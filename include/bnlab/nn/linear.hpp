// Linear: y = x W + b. In PyTorch: torch.nn.Linear.
#pragma once

#include "bnlab/core/matmul.hpp"
#include "bnlab/nn/layer.hpp"

namespace bnlab {

class Linear : public Layer {
 public:
  // W [in, out] and b [out] are drawn uniformly from ±1/sqrt(in), PyTorch's default. Error: in or out is 0.
  Linear(std::size_t in, std::size_t out, Random random);

  const Tensor& forward(const Tensor& x, Mode mode) override;    // [N, in] -> [N, out]
  const Tensor& backward(const Tensor& dy, Mode mode) override;  // [N, out] -> [N, in]
  std::vector<Parameter> parameters() override;                  // weight, bias
  std::unique_ptr<Layer> clone() const override { return std::make_unique<Linear>(*this); }

  Tensor weight;  // W [in, out], in panels; stored transposed in files, as in PyTorch
  Tensor bias;    // b [out]
  Tensor weight_grad, bias_grad;

 private:
  Scratch scratch_;
};

}  // namespace bnlab
