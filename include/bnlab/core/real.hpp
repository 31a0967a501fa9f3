// The scalar type of every tensor, layer and optimizer.
//
// Networks are trained in float. `make PRECISION=double` builds the same sources with double, which has enough digits
// to check a derivative with finite differences (docs/batchnorm.md, "Checking the result").
#pragma once

namespace bnlab {

#ifdef BNLAB_DOUBLE
using real = double;
inline constexpr const char* kPrecision = "double";
#else
using real = float;
inline constexpr const char* kPrecision = "float";
#endif

// A double converted to the scalar type: in the float build rounded to the nearest float.
inline real to_real(double x) { return static_cast<real>(x); }

}  // namespace bnlab
