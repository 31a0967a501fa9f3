// Batch normalization (Ioffe and Szegedy, 2015, algorithms 1 and 2). In PyTorch: torch.nn.BatchNorm1d.
//
// docs/batchnorm.md derives what is computed here. The equation numbers BN.1 … BN.13 are the same there, here and in
// the tests. (BN.11 to BN.13, folding, are in train/fold.cpp.)
#pragma once

#include <optional>

#include "bnlab/nn/layer.hpp"

namespace bnlab {

struct BatchNormOptions {
  double eps = 1e-5;  // added to the variance, inside the root
  // The weight of the *new* batch statistics (PyTorch's convention; TensorFlow and Keras weight the old value).
  // std::nullopt: a cumulative moving average, in which all batches have the same weight.
  std::optional<double> momentum = 0.1;
  bool affine = true;  // false: no learnable scale and shift (gamma = 1, beta = 0)
};

class BatchNorm : public Layer {
 public:
  // Error: 0 features; an eps below 0 or not finite.
  explicit BatchNorm(std::size_t features, BatchNormOptions options = {});

  // [N, D] -> [N, D]. In training mode the batch is normalized with its own statistics, which also update the running
  // ones. N = 1 throws Error and changes nothing: x̂ would be 0 whatever x is, and BN.5 would divide by N - 1 = 0. In
  // evaluation mode the batch is normalized with the running statistics, any N, and no state changes.
  const Tensor& forward(const Tensor& x, Mode mode) override;
  const Tensor& backward(const Tensor& dy, Mode mode) override;
  std::vector<Parameter> parameters() override;  // weight (gamma), bias (beta); none if not affine
  std::vector<Buffer> buffers() override;        // running_mean, running_var, num_batches_tracked
  std::unique_ptr<Layer> clone() const override { return std::make_unique<BatchNorm>(*this); }

  const BatchNormOptions& options() const { return options_; }

  Tensor gamma, beta;  // [D] the learnable scale and shift, initialized to 1 and 0
  Tensor gamma_grad, beta_grad;
  Tensor running_mean, running_var;      // [D] used in evaluation mode, initialized to 0 and 1
  std::int64_t num_batches_tracked = 0;  // forward passes in training mode

 private:
  // Each processes the features first … last - 1, so that they can be divided among threads.
  void forward_train(const Tensor& x, std::size_t first, std::size_t last);
  void update_running(std::size_t N, std::size_t first, std::size_t last);  // from those of a batch of N examples
  void forward_eval(const Tensor& x, std::size_t first, std::size_t last);
  void backward_train(const Tensor& dy, std::size_t first, std::size_t last);
  void backward_eval(const Tensor& dy, const Tensor& x, std::size_t first, std::size_t last);

  BatchNormOptions options_;
  using Sums = std::vector<double, AlignedAllocator<double>>;  // in double; no false sharing
  Sums mean_, var_, inv_std_;                                  // [D] of the last training batch (BN.1, BN.2)
  Tensor x_hat_;                                               // [N, D] of the last training batch (BN.3)
  Sums sum_dy_, sum_dy_x_hat_;                                 // [D] scratch, like the next three
  Tensor mean_dy_, mean_dy_x_hat_, scale_;                     // [D]
};

}  // namespace bnlab
