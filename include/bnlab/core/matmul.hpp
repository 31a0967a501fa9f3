// The three matrix products that a linear layer needs, forward and backward.
//
//   matmul      c[N, out]  = a[N, in]  · b[in, out]            c_nj = Σ_i a_ni b_ij
//   matmul_tn   c[in, out] = a[N, in]ᵀ · b[N, out]             c_ij = Σ_n a_ni b_nj     (left operand transposed)
//   matmul_nt   c[N, in]   = a[N, out] · b[in, out]ᵀ           c_ni = Σ_j a_nj b_ij     (right operand transposed)
//
// Matrices with N rows are row-major; those of shape [in, out], weights and their gradient, are in panels (Layout in
// tensor.hpp). The result must have its shape already and must not share memory with the operands. Shapes that do not
// match throw Error.
//
// Every entry is summed in the order of the summation index, by the same code wherever it is in the matrix. So results
// do not depend on the number of threads or on the other rows.
#pragma once

#include "bnlab/core/tensor.hpp"
#include "bnlab/core/threads.hpp"

namespace bnlab {

// Temporary memory of a product. The caller keeps it between calls, so that a training step allocates nothing.
struct Scratch {
  Tensor x_transposed;
  Tensor dy, dy_transposed, dx_transposed, w_transposed;  // in panels
};

// `threads`: thread pool; null means serial.
void matmul(const Tensor& a, const Tensor& b, Tensor& c, ThreadPool* threads);
void matmul_tn(const Tensor& a, const Tensor& b, Tensor& c, Scratch& scratch, ThreadPool* threads);
void matmul_nt(const Tensor& a, const Tensor& b, Tensor& c, Scratch& scratch, ThreadPool* threads);

// The same three products as plain triple loops (matmul_naive.cpp): to be read, and to test the fast ones. Any layout.
namespace naive {
void matmul(const Tensor& a, const Tensor& b, Tensor& c);
void matmul_tn(const Tensor& a, const Tensor& b, Tensor& c);
void matmul_nt(const Tensor& a, const Tensor& b, Tensor& c);
}  // namespace naive

}  // namespace bnlab
