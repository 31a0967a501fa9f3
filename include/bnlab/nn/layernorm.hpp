// Layer normalization (Ba, Kiros and Hinton, 2016). In PyTorch: torch.nn.LayerNorm over the last dimension.
//
// Each example is normalized with the mean and variance of its own features. Hence examples are independent, N = 1 is
// allowed, there are no running statistics, and training and evaluation mode are identical.
#pragma once

#include "bnlab/nn/layer.hpp"

namespace bnlab {

class LayerNorm : public Layer {
 public:
  // Error: 0 features; an eps below 0 or not finite.
  explicit LayerNorm(std::size_t features, double eps = 1e-5);

  const Tensor& forward(const Tensor& x, Mode mode) override;    // [N, D] -> [N, D], the same in both modes
  const Tensor& backward(const Tensor& dy, Mode mode) override;  // [N, D] -> [N, D]
  std::vector<Parameter> parameters() override;                  // weight (gamma), bias (beta)
  std::unique_ptr<Layer> clone() const override { return std::make_unique<LayerNorm>(*this); }

  double eps() const { return eps_; }

  Tensor gamma, beta;  // [D] the learnable scale and shift, initialized to 1 and 0
  Tensor gamma_grad, beta_grad;

 private:
  double forward_example(const real* x, real* x_hat, real* y) const;  // returns 1 / sqrt(σ²_n + ε)
  void backward_example(const real* dy, const real* x_hat, double inv_std, real* dx) const;
  void backward_parameters(const Tensor& dy, std::size_t first, std::size_t last);  // features first … last - 1

  double eps_;
  using Sums = std::vector<double, AlignedAllocator<double>>;  // in double; threads share no line of the cache
  Tensor x_hat_;                                               // [N, D] of the last forward pass (LN.3)
  Sums inv_std_;                                               // [N] 1 / sqrt(σ²_n + ε)
  Sums sum_dy_, sum_dy_x_hat_;                                 // [D] scratch
};

}  // namespace bnlab
