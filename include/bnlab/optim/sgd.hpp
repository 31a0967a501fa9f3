// Stochastic gradient descent with momentum, as torch.optim.SGD defines it (dampening 0).
#pragma once

#include "bnlab/optim/optimizer.hpp"

namespace bnlab {

struct SgdOptions {
  double lr = 0.1;
  double momentum = 0;      // in [0, 1)
  bool nesterov = false;    // needs momentum > 0
  double weight_decay = 0;  // L2: added to the gradient
};

class Sgd : public Optimizer {
 public:
  Sgd(std::vector<Parameter> parameters, SgdOptions options, ThreadPool* threads = nullptr);
  void step() override;
  std::vector<Buffer> buffers() override;  // momentum_buffer of each parameter, and the step count

 private:
  SgdOptions options_;
  std::vector<Tensor> velocity_;  // b, one per parameter, in its layout; none without momentum
  std::int64_t steps_ = 0;
};

}  // namespace bnlab
