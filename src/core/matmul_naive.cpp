// The matrix products as their definitions say. matmul.cpp computes the same, some fifty times as fast.
#include "bnlab/core/matmul.hpp"

namespace bnlab::naive {

void matmul(const Tensor& x, const Tensor& w, Tensor& y) {
  for (std::size_t n = 0; n < y.rows(); ++n) {
    for (std::size_t j = 0; j < y.cols(); ++j) {
      real sum = 0;
      for (std::size_t i = 0; i < x.cols(); ++i) sum += x(n, i) * w(i, j);
      y(n, j) = sum;
    }
  }
}

void matmul_tn(const Tensor& x, const Tensor& dy, Tensor& dw) {
  for (std::size_t i = 0; i < dw.rows(); ++i) {
    for (std::size_t j = 0; j < dw.cols(); ++j) {
      real sum = 0;
      for (std::size_t n = 0; n < x.rows(); ++n) sum += x(n, i) * dy(n, j);
      dw(i, j) = sum;
    }
  }
}

void matmul_nt(const Tensor& dy, const Tensor& w, Tensor& dx) {
  for (std::size_t n = 0; n < dx.rows(); ++n) {
    for (std::size_t i = 0; i < dx.cols(); ++i) {
      real sum = 0;
      for (std::size_t j = 0; j < w.cols(); ++j) sum += dy(n, j) * w(i, j);
      dx(n, i) = sum;
    }
  }
}

}  // namespace bnlab::naive
