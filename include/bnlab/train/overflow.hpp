// Where a network overflows: finite weights that are too large lead to infinite numbers, and these to NaN.
#pragma once

#include "bnlab/train/metrics.hpp"

namespace bnlab {

// The name of the first layer whose output for x is not finite, "fc2". Empty: all are.
std::string overflowing_layer(Network& network, const Tensor& x, Mode mode);

// Error: the model of that file overflows with x in evaluation mode. The message names the layer.
void expect_no_overflow(const std::string& path, Network& network, const Tensor& x);

// evaluate (metrics.hpp), of the model of that file. Error: it overflows. The message names the layer.
Evaluation evaluate_finite(const std::string& path, Network& network, const Subset& images, ThreadPool* threads,
                           Tensor* all_logits = nullptr, Mode mode = Mode::eval, std::size_t batch_size = 256);

}  // namespace bnlab
