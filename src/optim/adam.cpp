#include "bnlab/optim/adam.hpp"

#include <cmath>

namespace bnlab {

Adam::Adam(std::vector<Parameter> parameters, AdamOptions options, ThreadPool* threads)
    : Optimizer(std::move(parameters), threads), options_(options) {
  for (const Parameter& p : parameters_) {
    m_.push_back(Tensor::zeros_like(*p.value));
    v_.push_back(Tensor::zeros_like(*p.value));
  }
}

// Each parameter θ changes by about the learning rate η per step, independent of the scale of its gradient g: Adam
// divides a moving average of g by the square root of a moving average of g². At step t = 1, 2, …:
//
//   ADAM.1   g <- g + λ θ                      Adam's weight decay;      AdamW's instead: θ <- θ - η λ θ
//   ADAM.2   m <- β₁ m + (1 - β₁) g
//   ADAM.3   v <- β₂ v + (1 - β₂) g²
//   ADAM.4   m̂ = m / (1 - β₁ᵗ),  v̂ = v / (1 - β₂ᵗ)
//   ADAM.5   θ <- θ - η m̂ / (sqrt(v̂) + ε)      ε is added outside the square root
//
// ADAM.4, the bias correction: m and v start at 0, so after t steps the weights in these averages add up to
// (1 - β) Σ_{s<t} βˢ = 1 - βᵗ, not to 1. Dividing by that corrects the bias; without it the first step would be 3.2
// times too large. (Below, the division of m is part of step_size, and AdamW's decay part of the last line.)
//
// ADAM.5: ε damps the updates of gradients smaller than about 1e-8. Inside the square root that scale would be 1e-4,
// and a gradient of 1e-5 would take a step ten times smaller (docs/adam.md, also on gradients that are pure rounding
// error).
//
// Adam divides the decay of ADAM.1 by sqrt(v̂) as well, so weights with large gradients decay less; AdamW decays all
// weights equally.
void Adam::step() {
  ++steps_;
  // BEGIN SOLUTION adam
  const double t = static_cast<double>(steps_);
  const double correction1 = 1 - std::pow(options_.beta1, t);
  const double correction2 = 1 - std::pow(options_.beta2, t);
  const real step_size = static_cast<real>(options_.lr / correction1);
  const real inverse_root2 = static_cast<real>(1 / std::sqrt(correction2));
  const real beta1 = static_cast<real>(options_.beta1);
  const real rest1 = static_cast<real>(1 - options_.beta1);
  const real beta2 = static_cast<real>(options_.beta2);
  const real rest2 = static_cast<real>(1 - options_.beta2);
  const real eps = static_cast<real>(options_.eps);
  const real l2 = static_cast<real>(options_.decoupled ? 0 : options_.weight_decay);
  const real shrink = static_cast<real>(options_.decoupled ? options_.lr * options_.weight_decay : 0);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    real* theta = parameters_[i].value->stored().data();
    const real* grad = parameters_[i].grad->stored().data();
    real* m = m_[i].stored().data();
    real* v = v_[i].stored().data();
    for_entries(*parameters_[i].value, [=](std::size_t begin, std::size_t end) {
      BNLAB_INDEPENDENT
      for (std::size_t k = begin; k < end; ++k) {
        const real g = grad[k] + l2 * theta[k];                             // ADAM.1
        m[k] = flush_tiny(beta1 * m[k] + rest1 * g);                        // ADAM.2
        v[k] = flush_tiny(beta2 * v[k] + rest2 * g * g);                    // ADAM.3
        const real root = std::sqrt(v[k]) * inverse_root2;                  // ADAM.4
        theta[k] -= shrink * theta[k] + step_size * (m[k] / (root + eps));  // ADAM.5
      }
    });
  }
  // END SOLUTION
}

std::vector<Buffer> Adam::buffers() {
  std::vector<Buffer> all = {{.name = "step", .count = &steps_}};
  for (std::size_t i = 0; i < m_.size(); ++i) {
    all.push_back({.name = parameters_[i].name + ".exp_avg", .values = &m_[i]});
    all.push_back({.name = parameters_[i].name + ".exp_avg_sq", .values = &v_[i], .not_negative = true});
  }
  return all;
}

}  // namespace bnlab
