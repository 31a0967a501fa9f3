#include "bnlab/lab/loss_function.hpp"

#include <cmath>

#include "bnlab/nn/loss.hpp"

namespace bnlab {

std::vector<Parameter> LossFunction::tensors() {
  std::vector<Parameter> all = network.parameters();
  all.push_back({"input", &x, &dx});
  return all;
}

LossAt LossFunction::evaluate() const {
  Network copy = network;
  LossAt here;
  const Tensor* y = &x;
  for (const auto& [name, layer] : copy.layers()) {
    y = &layer->forward(*y, mode);
    if (!layer->has_kink()) continue;
    for (const real value : y->stored()) here.active.push_back(value > 0);
  }
  here.loss = of_output(*y).value;
  return here;
}

void LossFunction::backward() {
  Network copy = network;
  for (const Parameter& p : copy.parameters()) {
    Tensor& grad = *p.grad;
    for (std::size_t e = 0; e < grad.size(); ++e) grad(e / grad.cols(), e % grad.cols()) = static_cast<real>(NAN);
  }
  const Tensor& y = copy.forward(x, mode);
  dx = copy.backward(of_output(y).gradient, mode);
  const std::vector<Parameter> from = copy.parameters();
  const std::vector<Parameter> to = network.parameters();
  for (std::size_t p = 0; p < to.size(); ++p) *to[p].grad = *from[p].grad;
}

LossFunction::OutputLoss LossFunction::of_output(const Tensor& y) const {
  if (!labels.empty()) {
    SoftmaxCrossEntropy criterion;
    const double mean = criterion.forward(y, labels);
    return {.value = mean, .gradient = criterion.backward()};
  }
  Random same = random;
  Tensor r = Tensor::zeros_like(y);
  double sum = 0;
  double lost = 0;  // the digits that rounding took from the sum so far: Kahan's compensated summation
  for (std::size_t i = 0; i < y.size(); ++i) {
    r.stored()[i] = static_cast<real>(same.uniform(-1, 1));
    const double term = static_cast<double>(r.stored()[i]) * static_cast<double>(y.stored()[i]) - lost;
    const double next = sum + term;
    lost = (next - sum) - term;
    sum = next;
  }
  return {.value = sum, .gradient = r};
}

}  // namespace bnlab
