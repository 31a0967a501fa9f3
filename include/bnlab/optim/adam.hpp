// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019), as torch.optim defines them.
#pragma once

#include "bnlab/optim/optimizer.hpp"

namespace bnlab {

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;  // Adam: L2, added to the gradient. AdamW: subtracted from the weights
  bool decoupled = false;   // true: AdamW (whose usual weight_decay is 0.01)
};

class Adam : public Optimizer {
 public:
  Adam(std::vector<Parameter> parameters, AdamOptions options = {}, ThreadPool* threads = nullptr);
  void step() override;
  std::vector<Buffer> buffers() override;  // exp_avg and exp_avg_sq of each parameter, and the step count

 private:
  AdamOptions options_;
  std::vector<Tensor> m_, v_;  // one of each per parameter, in its layout
  std::int64_t steps_ = 0;     // one counter for all parameters
};

}  // namespace bnlab
