// The scalar type of every tensor, layer and optimizer.
//
// float is what networks are trained in. `make PRECISION=double` builds the same sources with double, where
// finite differences leave enough digits to check a derivative (docs/batchnorm.md, "Checking the result").
#pragma once

#include <cmath>
#include <limits>

namespace bnlab {

#ifdef BNLAB_DOUBLE
using real = double;
#else
using real = float;
#endif

// Zero in place of a number too small to be normal (below 1e-38 in float). A running mean whose input has stopped,
// such as Adam's for the weights of a ReLU that no longer fires, shrinks into that range within a thousand steps and
// stays there, and processors are many times slower with such numbers than with others.
inline real flush_tiny(real x) { return std::abs(x) < std::numeric_limits<real>::min() ? real{0} : x; }

}  // namespace bnlab
