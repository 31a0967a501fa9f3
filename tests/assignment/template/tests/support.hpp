// What the tests share: tensors written out in numbers, and their comparison.
#pragma once

#include <doctest.h>

#include <cmath>
#include <ostream>

#include "bnlab/core/tensor.hpp"

namespace bnlab {

// So that a failed check shows a tensor's shape and numbers: "[2, 3]: 1 2 3 | 4 5 6".
inline std::ostream& operator<<(std::ostream& out, const Tensor& t) {
  out << t.shape() << ":";
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (i > 0) out << " |";
    for (std::size_t j = 0; j < t.cols(); ++j) out << " " << t(i, j);
  }
  return out;
}

}  // namespace bnlab

namespace testing {

using bnlab::real;
using bnlab::Tensor;

// Row by row, whatever the layout.
inline Tensor matrix(std::initializer_list<std::initializer_list<double>> rows,
                     bnlab::Layout layout = bnlab::Layout::row_major) {
  Tensor t({rows.size(), rows.begin()->size()}, layout);
  for (std::size_t i = 0; const auto& row : rows) {
    for (std::size_t j = 0; const double value : row) t(i, j++) = static_cast<real>(value);
    ++i;
  }
  return t;
}
inline Tensor vector(std::initializer_list<double> values) {
  Tensor t({values.size()});
  for (std::size_t i = 0; const double value : values) t(i++) = static_cast<real>(value);
  return t;
}

// CHECK(y == near(matrix({{1, 2, 3}, {4, 5, 6}}))): the same shape, and no entry further away than 0.0001.
struct Near {
  Tensor expected;
};
inline Near near(const Tensor& expected) { return {expected}; }
inline bool operator==(const Tensor& found, const Near& near) {
  if (!found.same_shape(near.expected)) return false;
  for (std::size_t i = 0; i < found.rows(); ++i) {
    for (std::size_t j = 0; j < found.cols(); ++j) {
      const double distance = std::abs(static_cast<double>(found(i, j)) - static_cast<double>(near.expected(i, j)));
      if (!(distance <= 1e-4)) return false;  // also where it is NaN
    }
  }
  return true;
}
inline std::ostream& operator<<(std::ostream& out, const Near& near) { return out << near.expected; }

}  // namespace testing
