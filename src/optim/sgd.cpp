#include "bnlab/optim/sgd.hpp"

namespace bnlab {

Sgd::Sgd(std::vector<Parameter> parameters, SgdOptions options, ThreadPool* threads)
    : Optimizer(std::move(parameters), threads), options_(options) {
  if (options.nesterov && options.momentum == 0) fail("SGD: Nesterov momentum needs a momentum above 0");
  if (options.momentum == 0) return;
  for (const Parameter& p : parameters_) velocity_.push_back(Tensor::zeros_like(*p.value));
}

// For every parameter θ with gradient g:
//
//   SGD.1   g <- g + λ θ                  weight decay: the gradient of (λ/2) |θ|², which pulls θ towards 0
//   SGD.2   b <- μ b + g                  momentum: a running sum of gradients; μ = 0.9 averages over some ten steps.
//                                         b starts at 0, so the first b is g, as in PyTorch
//   SGD.3   u = g + μ b  (Nesterov)       the look-ahead form;  else  u = b
//   SGD.4   θ <- θ - η u                  η, the learning rate, is not part of b: changing η rescales the whole step
void Sgd::step() {
  ++steps_;
  // BEGIN SOLUTION sgd
  const real lr = static_cast<real>(options_.lr);
  const real mu = static_cast<real>(options_.momentum);
  const real decay = static_cast<real>(options_.weight_decay);
  const bool nesterov = options_.nesterov;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    real* theta = parameters_[i].value->stored().data();
    const real* grad = parameters_[i].grad->stored().data();
    if (velocity_.empty()) {
      for_entries(*parameters_[i].value, [=](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) theta[k] -= lr * (grad[k] + decay * theta[k]);
      });
      continue;
    }
    real* b = velocity_[i].stored().data();
    for_entries(*parameters_[i].value, [=](std::size_t begin, std::size_t end) {
      BNLAB_INDEPENDENT
      for (std::size_t k = begin; k < end; ++k) {
        const real g = grad[k] + decay * theta[k];           // SGD.1
        b[k] = flush_tiny(mu * b[k] + g);                    // SGD.2
        theta[k] -= lr * (nesterov ? g + mu * b[k] : b[k]);  // SGD.3, SGD.4
      }
    });
  }
  // END SOLUTION
}

std::vector<Buffer> Sgd::buffers() {
  std::vector<Buffer> all = {{.name = "step", .count = &steps_}};
  for (std::size_t i = 0; i < velocity_.size(); ++i) {
    all.push_back({.name = parameters_[i].name + ".momentum_buffer", .values = &velocity_[i]});
  }
  return all;
}

}  // namespace bnlab
