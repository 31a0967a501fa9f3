// The gradient check of a layer as a test: the rows of `bnlab gradcheck` whose names begin with its own.
#pragma once

#include "bnlab/lab/gradcheck_cases.hpp"
#include "support.hpp"

namespace bnlab::testing {

inline void check_gradients_of(const std::string& layer) {
  if (!kDouble) return;  // in float, finite differences have only 3 or 4 correct digits
  std::size_t rows = 0;
  for (const GradcheckCase& c : layer_cases(1)) {
    if (!c.name.starts_with(layer)) continue;
    ++rows;
    for (const GradientCheck& check : check_gradients(c.network, c.x, c.labels, c.mode, {.entries = c.entries})) {
      CAPTURE(c.name);
      CAPTURE(check.tensor);
      CAPTURE(check.where);
      CAPTURE(check.values);
      CAPTURE(check.direction_error);
      CAPTURE(check.inconsistency);
      CHECK(check.good(c.bound()));
    }
  }
  CHECK(rows > 0);
}

}  // namespace bnlab::testing
