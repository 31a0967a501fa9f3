// sgd and adam: some parameters of different shapes, a few steps with given gradients.
#pragma once

#include "bnlab/optim/optimizer.hpp"
#include "child.hpp"

namespace grader {

// Inputs: theta0, theta1, … (the values at first), g0_1, g0_2, … (the gradient of parameter 0 at step 1, 2, …).
// Results: theta0_1, … after each step, and what the optimizer remembers at the end, by its buffers' last names.
template <class MakeOptimizer>
void steps(const Case& in, Results& out, MakeOptimizer make) {
  const std::size_t parameters = in.count("parameters"), count = in.count("steps");
  std::vector<bnlab::Tensor> values, gradients;
  for (std::size_t i = 0; i < parameters; ++i) {
    const Array& a = in.array("theta" + std::to_string(i));
    // Matrices in the layout of weights, vectors as biases.
    values.push_back(a.rows > 1 ? bnlab::Tensor({a.rows, a.cols}, bnlab::Layout::panels) : bnlab::Tensor({a.cols}));
    in.copy_to("theta" + std::to_string(i), values.back());
    gradients.push_back(bnlab::Tensor::zeros_like(values.back()));
  }
  std::vector<bnlab::Parameter> all;
  for (std::size_t i = 0; i < parameters; ++i) all.push_back({"p" + std::to_string(i), &values[i], &gradients[i]});
  auto optimizer = make(all);
  for (std::size_t step = 1; step <= count; ++step) {
    for (std::size_t i = 0; i < parameters; ++i) {
      in.copy_to("g" + std::to_string(i) + "_" + std::to_string(step), gradients[i]);
    }
    if (!out.attempt([&] { optimizer.step(); })) return;
    for (std::size_t i = 0; i < parameters; ++i) {
      out.send("theta" + std::to_string(i) + "_" + std::to_string(step), values[i]);
    }
  }
  for (const bnlab::Buffer& buffer : optimizer.buffers()) {
    if (buffer.values != nullptr) out.send(buffer.name, *buffer.values);
  }
}

}  // namespace grader
