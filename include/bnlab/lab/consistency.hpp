// What a gradient must not depend on: the number of threads, and whether the first layer computes its dx.
#pragma once

#include <string>
#include <vector>

#include "bnlab/lab/loss_function.hpp"

namespace bnlab {

// For each of f's tensors, whose gradients f.backward() has computed serially: "differs with 2 threads" or "differs
// where dx is skipped", compared to the last bit; empty where it depends on neither. An output that differs is the
// input's.
std::vector<std::string> inconsistencies_of(LossFunction& f);

}  // namespace bnlab
