// The matrix products as defined, in plain triple loops. matmul.cpp computes the same, about fifty times as fast.
#include "bnlab/core/matmul.hpp"

namespace bnlab::naive {

void matmul(const Tensor& a, const Tensor& b, Tensor& c) {
  for (std::size_t n = 0; n < c.rows(); ++n) {
    for (std::size_t j = 0; j < c.cols(); ++j) {
      real sum = 0;
      for (std::size_t i = 0; i < a.cols(); ++i) sum += a(n, i) * b(i, j);
      c(n, j) = sum;
    }
  }
}

void matmul_tn(const Tensor& a, const Tensor& b, Tensor& c) {
  for (std::size_t i = 0; i < c.rows(); ++i) {
    for (std::size_t j = 0; j < c.cols(); ++j) {
      real sum = 0;
      for (std::size_t n = 0; n < a.rows(); ++n) sum += a(n, i) * b(n, j);
      c(i, j) = sum;
    }
  }
}

void matmul_nt(const Tensor& a, const Tensor& b, Tensor& c) {
  for (std::size_t n = 0; n < c.rows(); ++n) {
    for (std::size_t i = 0; i < c.cols(); ++i) {
      real sum = 0;
      for (std::size_t j = 0; j < b.cols(); ++j) sum += a(n, j) * b(i, j);
      c(n, i) = sum;
    }
  }
}

}  // namespace bnlab::naive
